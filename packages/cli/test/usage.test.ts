import { createHash, generateKeyPairSync } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeFolder, sealwax } from './command.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('version prints the version and the Node.js that runs it', async () => {
  const { code, stdout, stderr } = await sealwax(['version'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^sealwax \d+\.\d+\.\d+ \(Node\.js \d+/)
})

test('version -o json prints the same as data', async () => {
  const { stdout } = await sealwax(['version', '-o', 'json'])
  expect(JSON.parse(stdout)).toMatchObject({ node: process.versions.node, platform: process.platform })
})

test('help without a verb names every verb, on stdout, within 80 columns', async () => {
  const { code, stdout } = await sealwax(['help'])
  expect(code).toBe(0)
  const verbs =
    'generate-key-pair import-key-pair public-key sign-blob verify-blob attest-blob verify-blob-attestation sign-build verify-build initialize trusted-root signing-config sandbox env version completion'
  for (const verb of verbs.split(' ')) expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'))
  expect(longest(stdout)).toBeLessThanOrEqual(88)
})

test.each([
  'sign-blob',
  'verify-blob',
  'attest-blob',
  'verify-blob-attestation',
  'sign-build',
  'verify-build',
  'initialize',
  'trusted-root',
  'signing-config',
  'sandbox',
])('the help of %s has examples and keeps its descriptions within 80 columns', async (verb) => {
  const { code, stdout } = await sealwax([verb, '--help'])
  expect(code).toBe(0)
  const [flags = '', examples = ''] = stdout.split('Examples:')
  expect(examples).toContain(`sealwax ${verb}`)
  expect(longest(flags)).toBeLessThanOrEqual(80)
})

test('an unknown verb is a usage error that suggests the verb that was meant', async () => {
  const { code, stdout, stderr } = await sealwax(['sign-blop', 'x'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/Error \[USAGE\]: unknown verb 'sign-blop'\n {2}next: did you mean sign-blob\?/)
})

test('help of a verb that is none is answered as that verb would be, and help of help is the help', async () => {
  const unknown = await sealwax(['help', 'sign-blop'])
  expect(unknown).toMatchObject({ code: 2, stdout: '' })
  expect(unknown.stderr).toMatch(/Error \[USAGE\]: unknown verb 'sign-blop'\n {2}next: did you mean sign-blob\?/)
  const help = await sealwax(['help', 'help'])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toBe((await sealwax(['help'])).stdout)
  expect((await sealwax(['help', 'env'])).stdout).toBe((await sealwax(['env', '-h'])).stdout)
})

test('flags without a verb are a usage error', async () => {
  const { code, stderr } = await sealwax(['-t', '5s'])
  expect(code).toBe(2)
  expect(stderr).toContain('no verb is given')
})

test('an unknown flag is a usage error that suggests the flag that was meant', async () => {
  const { code, stderr } = await sealwax(['sign-blob', '--bundel', 'x', 'y'])
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean --bundle?')
})

test('a flag that only cosign has is answered with what to write instead', async () => {
  const { code, stderr } = await sealwax(['sign-blob', '--tlog-upload=false', 'x'])
  expect(code).toBe(2)
  expect(stderr).toContain('--transparency timestamp, or with --key --transparency none')
})

test.each(
  'output-file oidc-client-id oidc-client-secret-file oidc-redirect-url oidc-provider oidc-disable-ambient-providers fulcio-auth-flow sk slot allow-certificate-chain max-workers kms issue-certificate insecure-skip-verify rekor-entry-type'.split(
    ' ',
  ),
)("cosign's --%s is refused with one line of advice", async (flag) => {
  const { code, stderr } = await sealwax(['sign-blob', `--${flag}=x`, 'x'])
  expect(code).toBe(2)
  expect(stderr).toMatch(new RegExp(`^Error .*unknown option '--${flag}.*'\\n  next: .+\\n$`))
  expect(stderr).not.toMatch(/did you mean|run "sealwax help/)
})

test('a usage error is one JSON object on stderr with -o json', async () => {
  const { code, stdout, stderr } = await sealwax(['verify-blob', '-o', 'json'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE' } })
})

test('the format of errors and their causes can also be asked for by variables; flags win', async () => {
  const json = await sealwax(['nothing'], { env: { SEALWAX_OUTPUT: 'json' } })
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'USAGE' } })
  const text = await sealwax(['verify-blob', '-o', 'text'], { env: { COSIGN_OUTPUT: 'json' } })
  expect(text.stderr).toMatch(/^Error \[USAGE\]/)
  expect((await sealwax(['nothing'], { env: { SEALWAX_VERBOSE: '1' } })).stderr).toMatch(/^ +at .*\d+:\d+/m)
  expect((await sealwax(['nothing', '--verbose=false'], { env: { SEALWAX_VERBOSE: '1' } })).stderr).not.toMatch(
    /^ +at /m,
  )
})

test.each([
  ['SEALWAX_TIMEOUT', 'soon', ['env'], '90s'],
  ['COSIGN_OUTPUT', 'xml', ['verify-blob', 'x'], 'text, json'],
  ['SEALWAX_MODE', 'loud', ['sign-build', 'x'], 'keyless'],
  ['SEALWAX_REQUIRED', 'perhaps', ['sign-build', 'x'], 'auto'],
  ['COSIGN_VERBOSE', 'perhaps', ['env'], 'true or false'],
])('a bad value in %s is a usage error that names the variable', async (name, value, args, expected) => {
  const { code, stderr } = await sealwax(args, { env: { [name]: value } })
  expect(code).toBe(2)
  expect(stderr).toMatch(new RegExp(`^Error \\[USAGE\\]: .*${name}`))
  expect(stderr).toContain(expected)
})

test('SEALWAX_REQUIRED takes the same words for sign-build as for the plugins', async () => {
  for (const [word, code] of [
    ['1', 1],
    ['true', 1],
    ['0', 0],
    ['false', 0],
    ['auto', 0],
  ] as const) {
    const folder = makeFolder()
    writeFileSync(join(folder.path, 'x'), 'x')
    const run = await sealwax(['sign-build', '.'], { cwd: folder.path, env: { SEALWAX_REQUIRED: word } })
    expect({ word, code: run.code }).toEqual({ word, code })
    folder.remove()
  }
})

test.skipIf(process.platform === 'win32')('a working directory that is gone is told as that', () => {
  const folder = makeFolder()
  const start = 'rmdir "$PWD" && exec "$0" "$@"'
  for (const args of [
    ['sign-blob', '--key', 'k', 'x'],
    ['verify-build', '--key', 'k', '.'],
    ['generate-key-pair', '--yes'],
  ]) {
    mkdirSync(folder.path, { recursive: true })
    const run = spawnSync('sh', ['-c', start, process.execPath, main, ...args], { cwd: folder.path, encoding: 'utf8' })
    expect(run.stderr).toContain('Error [FILE_NOT_FOUND]: the working directory does not exist any more')
    expect(run.status).toBe(11)
  }
  mkdirSync(folder.path, { recursive: true })
  expect(spawnSync('sh', ['-c', start, process.execPath, main, 'env'], { cwd: folder.path }).status).toBe(0)
  folder.remove()
})

test('a duration that is none is a usage error', async () => {
  const { code, stderr } = await sealwax(['-t', 'soon', 'env'])
  expect(code).toBe(2)
  expect(stderr).toContain('like 90s, 3m or 1h30m')
})

test('a boolean variable that is neither true nor false is a usage error that names it', async () => {
  const { code, stderr } = await sealwax(['sandbox', '--stop'], { env: { COSIGN_BACKGROUND: 'perhaps' } })
  expect(code).toBe(2)
  expect(stderr).toContain('COSIGN_BACKGROUND')
})

test('env prints known variables sorted, secrets as stars', async () => {
  const env = { COSIGN_PASSWORD: 'swordfish', SEALWAX_KEY: 'a.key', SIGSTORE_ID_TOKEN: 'eyJtoken' }
  const { stdout } = await sealwax(['env', '--show-descriptions=false'], { env })
  const lines = stdout.trim().split('\n')
  expect(lines).toEqual(lines.toSorted())
  expect(stdout).toContain('COSIGN_PASSWORD=******\n')
  expect(stdout).toContain('SEALWAX_KEY=a.key\n')
  expect(stdout).not.toMatch(/swordfish|eyJtoken/)
})

test.each(['bash', 'zsh', 'fish', 'powershell'])('completion %s names every verb and its flags', async (shell) => {
  const { code, stdout } = await sealwax(['completion', shell])
  expect(code).toBe(0)
  for (const word of [
    'sign-blob',
    'verify-build',
    'certificate-oidc-issuer-regexp',
    'output-key-prefix',
    'powershell',
  ]) {
    expect(stdout).toContain(word)
  }
})

test('colours are left out where nobody looks, and put in where they are wanted', async () => {
  expect((await sealwax(['nothing'])).stderr).not.toContain('\u{1b}')
  expect((await sealwax(['nothing'], { env: { FORCE_COLOR: '1' } })).stderr).toContain('\u{1b}[')
})

function longest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length))
}

test('a witness that is named twice is no second witness, neither under its name nor with its key', async () => {
  const vkey = (name: string, publicKey: Buffer): string => {
    const key = Buffer.concat([Buffer.of(4), publicKey])
    const id = createHash('sha256').update(`${name}\n`).update(key).digest().subarray(0, 4)
    return `${name}+${id.toString('hex')}+${key.toString('base64')}`
  }
  const [one, two] = [1, 2].map(() =>
    generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
  ) as [Buffer, Buffer]
  for (const [first, second] of [
    [vkey('witness.example', one), vkey('witness.example', two)],
    [vkey('witness.example', one), vkey('other.example', one)],
  ] as const) {
    const { code, stderr } = await sealwax(['verify-blob', '--key', 'k', '--witness', first, '--witness', second, 'f'])
    expect(code).toBe(2)
    expect(stderr).toContain('each witness once')
  }
})
