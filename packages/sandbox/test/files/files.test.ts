import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startSandbox } from '../../src/index.ts'
import { claimsOf, openSandbox } from '../client.ts'

test('the files are whole, named by absolute paths, and nothing else is left in the folder', async () => {
  const sandbox = await openSandbox()
  expect(readdirSync(sandbox.directory).toSorted()).toEqual([
    '.gitignore',
    'env.ps1',
    'env.sh',
    'signing_config.json',
    'signing_config.rekor2.json',
    'trusted_root.json',
    'tuf_root.json',
  ])
  for (const path of Object.values(sandbox.files)) expect(isAbsolute(path)).toBe(true)
})

test('a missing folder is made, and a relative one is named absolutely', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sealwax-sandbox-'))
  const sandbox = await startSandbox({ directory: join(relative(process.cwd(), home), 'a', 'b') })
  onTestFinished(async () => {
    await sandbox.close()
    rmSync(home, { recursive: true })
  })
  expect(sandbox.files.env).toBe(join(home, 'a', 'b', 'env.sh'))
})

test('a folder of the sandbox alone is hidden from git; one with other files in it, or with its own rules, is left as it is', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sealwax-sandbox-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const rules = async (name: string, files: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const directory = join(home, name)
    mkdirSync(directory)
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text)
    await (await startSandbox({ directory })).close()
    return readdirSync(directory).includes('.gitignore')
      ? readFileSync(join(directory, '.gitignore'), 'utf8')
      : undefined
  }
  expect(await rules('empty', {})).toBe('*\n')
  expect(await rules('used', { 'env.sh': 'old', 'sandbox.log': '' })).toBe('*\n')
  expect(await rules('project', { 'package.json': '{}' })).toBeUndefined()
  expect(await rules('ruled', { '.gitignore': 'mine\n' })).toBe('mine\n')
})

test('a directory that cannot be written is an error, and no port stays open', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sealwax-sandbox-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  writeFileSync(join(home, 'file'), '')
  await expect(startSandbox({ directory: join(home, 'file') })).rejects.toThrow()
})

test('the trusted root says everywhere that it is a sandbox, and is good from a little before now', async () => {
  const now = new Date('2031-02-03T04:05:06.789Z')
  const sandbox = await openSandbox({ now: () => now })
  const root = JSON.parse(readFileSync(sandbox.files.trustedRoot, 'utf8'))
  expect(root.mediaType).toBe('application/vnd.dev.sigstore.trustedroot+json;version=0.1')
  for (const authority of [...root.certificateAuthorities, ...root.timestampAuthorities]) {
    expect(authority.subject.organization).toBe('sealwax sandbox - not for production')
    expect(authority.validFor.start).toBe('2031-02-03T03:05:06.789Z')
  }
  expect([root.tlogs.length, root.ctlogs.length]).toEqual([2, 1])
  expect(root.certificateAuthorities[0].certChain.certificates).toHaveLength(2)
  expect(root.timestampAuthorities[0].certChain.certificates).toHaveLength(3)
  expect(root.tlogs[0].logId.keyId).not.toBe(root.ctlogs[0].logId.keyId)
})

test('the signing config leads to the services of this sandbox', async () => {
  const sandbox = await openSandbox()
  const config = JSON.parse(readFileSync(sandbox.files.signingConfig, 'utf8'))
  const { fulcio, rekor, timestamp, issuer } = sandbox.urls
  const urls = [config.caUrls, config.rekorTlogUrls, config.tsaUrls, config.oidcUrls].map(([service]) => service.url)
  expect(urls).toEqual([fulcio, rekor, timestamp, issuer])
  expect(config).toMatchObject({ rekorTlogConfig: { selector: 'ANY' }, tsaConfig: { selector: 'ANY' } })
})

test('the second signing config leads to the second version of the log, and is the same but for that', async () => {
  const { files, urls } = await openSandbox()
  const [first, second] = [files.signingConfig, files.signingConfigRekor2].map((path) =>
    JSON.parse(readFileSync(path, 'utf8')),
  )
  expect(second.rekorTlogUrls).toMatchObject([{ url: urls.rekor2, majorApiVersion: 2 }])
  expect({ ...second, rekorTlogUrls: first.rekorTlogUrls }).toEqual(first)
})

test('the environment leads to the log that the sandbox was started for, the first one when nothing was said', async () => {
  const [one, two] = [await openSandbox(), await openSandbox({ rekor: 2 })]
  for (const [sandbox, config] of [
    [one, one.files.signingConfig],
    [two, two.files.signingConfigRekor2],
  ] as const) {
    expect(await sandbox.environment()).toMatchObject({
      SEALWAX_SIGNING_CONFIG: config,
      COSIGN_SIGNING_CONFIG: config,
    })
    expect(readFileSync(sandbox.files.env, 'utf8')).toContain(`SEALWAX_SIGNING_CONFIG='${config}'`)
  }
})

test('env.sh and env.ps1 warn, and set a token of a day', async () => {
  const sandbox = await openSandbox()
  for (const path of [sandbox.files.env, sandbox.files.envPowershell]) {
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(/^\ufeff?# sealwax sandbox - not for production/)
    const token = /SIGSTORE_ID_TOKEN ?= ?'([^']+)'/.exec(text)?.[1] ?? ''
    const { exp, iat } = claimsOf(token)
    expect(Number(exp) - Number(iat)).toBe(24 * 3600)
  }
})

test.runIf(process.platform !== 'win32')(
  'the file with the token is for its owner alone (POSIX modes only)',
  async () => {
    const sandbox = await openSandbox()
    expect(statSync(sandbox.files.env).mode & 0o777).toBe(0o600)
  },
)

test('keys are new at each start', async () => {
  const [one, other] = [await openSandbox(), await openSandbox()]
  expect(readFileSync(one.files.trustedRoot)).not.toEqual(readFileSync(other.files.trustedRoot))
  const ids = [one, other].map((box) => JSON.parse(readFileSync(box.files.trustedRoot, 'utf8')).tlogs[0].logId.keyId)
  expect(ids[0]).not.toBe(ids[1])
})
