import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimFolder, readClaims } from '../src/sandbox/claim.ts'
import { openControl } from '../src/sandbox/control.ts'
import { makeFolder, type Run, sealwax } from './command.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

let folder: ReturnType<typeof makeFolder>
let directory: string
beforeEach(() => {
  folder = makeFolder()
  directory = join(folder.path, 'sandbox')
})
afterEach(async () => {
  await sandbox('--stop')
  folder.remove()
})

function sandbox(...args: string[]): Promise<Run> {
  return sealwax(['sandbox', '--directory', directory, ...args], { env: { HOME: folder.path } })
}
function variables(stdout: string): Record<string, string> {
  return Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
}

test('--background prints variables that make signing work, and is reused by the next call', async () => {
  const first = await sandbox('--background', '--shell', 'sh')
  expect(first.code).toBe(0)
  const env = variables(first.stdout)
  const again = variables((await sandbox('--background', '--shell', 'sh')).stdout)
  expect(again['SEALWAX_TRUSTED_ROOT']).toBe(env['SEALWAX_TRUSTED_ROOT'])
  expect(running()).toBeDefined()
  writeFileSync(join(folder.path, 'a.txt'), 'a')
  const who = [
    '--certificate-identity',
    'dev@sandbox.example',
    '--certificate-oidc-issuer',
    'https://github.com/login/oauth',
  ]
  expect(await sealwax(['sign-blob', 'a.txt'], { cwd: folder.path, env })).toMatchObject({ code: 0 })
  expect(await sealwax(['verify-blob', ...who, 'a.txt'], { cwd: folder.path, env: again })).toMatchObject({ code: 0 })
})

test('--shell powershell prints the variables for PowerShell', async () => {
  const { stdout } = await sandbox('--background', '--shell', 'powershell')
  expect(stdout).toMatch(/^\$env:SEALWAX_TRUSTED_ROOT = '/m)
})

test('--stop ends the one in the background, and a second --stop finds none', async () => {
  await sandbox('--background')
  const { pid } = running() ?? { pid: 0 }
  expect((await sandbox('--stop')).stderr).toBe('The sandbox has stopped.\n')
  await ended(pid)
  expect(running()).toBeUndefined()
  expect((await sandbox('--stop')).stderr).toBe('No sandbox was running.\n')
})

test('what a killed sandbox left behind does not stand in the way of a new one', async () => {
  await sandbox('--background')
  const { pid } = running() ?? { pid: 0 }
  process.kill(pid, 'SIGKILL')
  await ended(pid)
  expect((await sandbox('--background')).code).toBe(0)
  expect(running()?.pid).not.toBe(pid)
})

test('a damaged note is taken for none', async () => {
  await sandbox('--background')
  await sandbox('--stop')
  writeFileSync(join(directory, 'sandbox.1.json'), '{"pid":')
  expect((await sandbox('--stop')).stderr).toBe('No sandbox was running.\n')
})

const before: [string, () => Promise<unknown>][] = [
  ['an empty folder', async () => undefined],
  [
    'a folder whose sandbox was killed',
    async () => {
      await sandbox('--background')
      const { pid } = running() ?? { pid: 0 }
      process.kill(pid, 'SIGKILL')
      await ended(pid)
    },
  ],
]
test.each(before)(
  'three calls of --background at once in %s share one sandbox, and no other stays',
  async (_, prepare) => {
    await prepare()
    const runs = await Promise.all([1, 2, 3].map(() => sandbox('--background', '--shell', 'sh')))
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: '' })))
    const issuers = runs.map(({ stdout }) => issuerOf(variables(stdout)['SIGSTORE_ID_TOKEN'] ?? ''))
    expect(new Set(issuers).size).toBe(1)
    expect(readFileSync(join(directory, 'signing_config.json'), 'utf8')).toContain(issuers[0])
    while (process.platform === 'linux' && sandboxes().length > 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(running()).toBeDefined()
  },
)

test('--background waits for the sandbox of another call that is not ready yet', async () => {
  mkdirSync(directory)
  let patience = 10
  const control = await openControl({
    environment: async () => {
      // Ready only a while after the sandbox of the call below has given way.
      const hasGivenWay = readFileSync(join(directory, 'sandbox.log'), { encoding: 'utf8', flag: 'a+' }).includes(
        'already runs',
      )
      if (hasGivenWay && patience-- <= 0) return { OF_THE: 'other' }
      throw new Error('not yet')
    },
    stop: () => control.close(),
  })
  await claimFolder(directory, control.state)
  const { code, stdout } = await sandbox('--background', '--shell', 'sh')
  expect({ code, stdout }).toEqual({ code: 0, stdout: "export OF_THE='other'\n" })
})

test('the variables that stand for --background and --stop do not reach the sandbox itself', async () => {
  // The flag on the command line goes before the variable, for this call; its child has none.
  for (const name of ['SEALWAX_STOP', 'COSIGN_STOP', 'SEALWAX_BACKGROUND', 'COSIGN_BACKGROUND']) {
    const args = ['sandbox', '--directory', directory, '--background', '--stop=false']
    const { code } = await sealwax(args, { env: { HOME: folder.path, [name]: 'true' } })
    expect({ name, code }).toEqual({ name, code: 0 })
    if (process.platform === 'linux') expect(sandboxes()).toHaveLength(1)
    await sandbox('--stop')
  }
})

test('--stop prints what unsets every variable that --background set, also when none was running', async () => {
  const { stdout } = await sandbox('--background', '--shell', 'sh')
  const names = Object.keys(variables(stdout)).toSorted()
  for (const run of [await sandbox('--stop', '--shell', 'sh'), await sandbox('--stop', '--shell', 'sh')]) {
    expect(run.code).toBe(0)
    expect(run.stdout.trim().split(' ').toSorted()).toEqual([...names, 'unset'].toSorted())
  }
  const powershell = (await sandbox('--stop', '--shell', 'powershell')).stdout
  expect(powershell).toMatch(/^Remove-Item -ErrorAction SilentlyContinue -Path Env:/)
  for (const name of names) expect(powershell).toContain(`Env:${name}`)
})

const hasSh = spawnSync('sh', ['-c', 'exit 0']).status === 0
test.runIf(hasSh)('a shell is as before when it has evaluated both (only where there is sh)', () => {
  const call = (flag: string): string =>
    `eval "$("${process.execPath}" "${main}" sandbox --directory "${directory}" --shell sh ${flag})"`
  const seen = 'env | grep -cE "^(SEALWAX|COSIGN|SIGSTORE)_" || true'
  const script = [seen, call('--background'), seen, call('--stop'), seen].join('\n')
  const { stdout } = spawnSync('sh', ['-euc', script], { env: { PATH: process.env['PATH'], HOME: folder.path } })
  expect(stdout.toString()).toBe('0\n6\n0\n')
})

/** Runs a command on a terminal. */
const terminal = 'script'
const hasTerminal = process.platform === 'linux' && spawnSync(terminal, ['--version']).status === 0
test.runIf(hasTerminal)('on a terminal both say what the lines are for (only where `script` makes one)', () => {
  const look = (flag: string): string => {
    const line = `'${process.execPath}' '${main}' sandbox --directory '${directory}' --shell sh ${flag}`
    const { stdout } = spawnSync(terminal, ['-qec', line, '/dev/null'], { env: { ...process.env, HOME: folder.path } })
    return stripVTControlCharacters(stdout.toString())
  }
  const advice = (flag: string): string => `eval "$(npx sealwax sandbox --directory '${directory}' ${flag})"`
  expect(look('--background')).toContain(advice('--background'))
  expect(look('--stop')).toContain(advice('--stop'))
})

test('the folder is hidden from git, for a token is in it', async () => {
  await sandbox('--background')
  expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('*\n')
  expect(readdirSync(directory)).toContain('env.sh')
})

test('nobody without the secret of the note can stop or question a sandbox', async () => {
  await sandbox('--background')
  const { control } = running() ?? { control: '' }
  for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
    expect((await fetch(`${control}/stop`, { method: 'POST', headers })).status).toBe(403)
    expect((await fetch(`${control}/environment`, { headers })).status).toBe(403)
  }
  expect((await sandbox('--stop')).stderr).toBe('The sandbox has stopped.\n')
})

test.skipIf(process.platform === 'win32')(
  'in the foreground it says what it offers, and Ctrl-C ends it cleanly',
  async () => {
    const child = spawn(process.execPath, [main, 'sandbox', '--directory', directory], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (piece: Buffer) => {
        output += piece.toString()
        if (output.includes('Ctrl-C stops it.')) resolve()
      })
    })
    expect(output).toMatch(/certificates \(Fulcio\) +http:\/\/127\.0\.0\.1:\d+/)
    expect(output).toContain(join(directory, 'trusted_root.json'))
    expect(await sandbox()).toMatchObject({ code: 1, stderr: expect.stringContaining('already runs') })
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
    expect(output).toContain('The sandbox has stopped.')
  },
)

function running(): { control: string; pid: number } | undefined {
  return readClaims(directory)[0]?.state
}

/** The issuer of an identity token: each sandbox has its own. */
function issuerOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).iss
}

/** The processes that run for this folder (Linux only). */
function sandboxes(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(join('/proc', pid, 'cmdline'), 'utf8').includes(directory)
    } catch {
      return false
    }
  })
}

/** Waits until the process is gone. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
