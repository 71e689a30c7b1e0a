// What the shells themselves make of the completion scripts.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { good, makeFolder, sealwax } from './command.ts'

const folder = makeFolder()
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const [bash, zsh] = [has('bash'), has('zsh') && spawnSync('python3', ['-c', 'import pty']).status === 0]

beforeAll(async () => {
  for (const [shell, name] of [
    ['bash', 'sealwax.bash'],
    ['zsh', '_sealwax'],
  ] as const) {
    writeFileSync(join(folder.path, name), (await good(sealwax(['completion', shell]))).stdout)
  }
})
afterAll(() => folder.remove())

/** The words as readline hands them over; the last one is being typed. */
function inBash(...words: readonly string[]): string[] {
  const program = `. ./sealwax.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sealwax; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = spawnSync('bash', ['-c', program, 'bash', ...words], { cwd: folder.path, encoding: 'utf8' })
  return stdout.trim().split('\n')
}

test.skipIf(!bash)(`bash completes verbs, flags and their values${bash ? '' : ' (skipped: no bash)'}`, () => {
  expect(inBash('sealwax', 'sign-bl')).toEqual(['sign-blob'])
  expect(inBash('sealwax', '--')).toEqual(['--timeout', '--verbose', '--help'])
  expect(inBash('sealwax', 'verify-blob', '--output', '')).toEqual(['text', 'json'])
  // readline takes --output=js apart at the =
  expect(inBash('sealwax', 'verify-blob', '--output', '=')).toEqual(['text', 'json'])
  expect(inBash('sealwax', 'verify-blob', '--output', '=', 'js')).toEqual(['json'])
  // and rekor:lo at the colon; what it replaces is what stands behind
  expect(inBash('sealwax', 'sandbox', '--fault', 'rekor2:lo')).toEqual(['rekor2:lost'])
  expect(inBash('sealwax', 'sandbox', '--fault', 'rekor2', ':', 'lo')).toEqual(['lost'])
  expect(inBash('sealwax', 'sandbox', '--fault', '=', 'rekor2', ':', 'lo')).toEqual(['lost'])
  expect(inBash('sealwax', 'sandbox', '--fault', 'tuf', ':')).toContain('rollback')
  expect(inBash('sealwax', 'sandbox', '--fault', 'tuf', ':')).not.toContain('split-view')
})

/** What zsh inserts for a line when Tab is pressed, read from its own line editor. */
function inZsh(line: string): string {
  const setup = `
    autoload -Uz compinit; fpath=(${folder.path} $fpath); compinit -u -D
    typed() { print -r -- "LINE=<$BUFFER>"; exit }
    zle -N typed; bindkey '^X' typed`
  writeFileSync(join(folder.path, '.zshrc'), setup)
  const { stdout } = spawnSync('python3', ['-c', 'import pty; pty.spawn(["zsh", "-i"])'], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ZDOTDIR: folder.path, TERM: 'dumb', HOME: folder.path },
    input: `${line}\t\x18`,
    timeout: 20_000,
  })
  return /LINE=<(.*)>/.exec(stdout)?.[1] ?? stdout
}

test.skipIf(!zsh)(
  `zsh completes verbs, flags and their values${zsh ? '' : ' (skipped: no zsh, or no python3 with pty)'}`,
  () => {
    expect(inZsh('sealwax sign-bl')).toBe('sealwax sign-blob ')
    expect(inZsh('sealwax -d sign-bl')).toBe('sealwax -d sign-blob ')
    expect(inZsh('sealwax verify-blob --output=js')).toBe('sealwax verify-blob --output=json ')
    expect(inZsh('sealwax verify-blob --output js')).toBe('sealwax verify-blob --output json ')
    expect(inZsh('sealwax sandbox --fault rekor2:lo')).toMatch(/^sealwax sandbox --fault rekor2\\?:lost $/)
  },
)

test.skipIf(!zsh)(
  `zsh may also source the script, whatever its name${zsh ? '' : ' (skipped: no zsh, or no python3 with pty)'}`,
  () => {
    // A bare name: zsh calls what it reads by the name of the file, which here is that of the function.
    const program = 'autoload -Uz compinit; compinit -u -D; source _sealwax; print -r -- "$_comps[sealwax]"'
    const env = { PATH: process.env['PATH'] }
    const run = spawnSync('zsh', ['-fc', program], { cwd: folder.path, encoding: 'utf8', env })
    expect(run).toMatchObject({ stdout: '_sealwax\n', stderr: '' })
  },
)
