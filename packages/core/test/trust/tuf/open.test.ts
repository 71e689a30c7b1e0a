// Which trust counts, and what becomes of a cache: fresh, old, damaged, unreadable. Time is told to this process alone.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { loadTrustedRoot } from '../../../src/trust/index.ts'
import { initializeTrust, openTrust, repositories } from '../../../src/trust/tuf/index.ts'
import { cacheFolder } from '../../../src/trust/tuf/place.ts'
import { day, goodFiles, openRepository, type Repository } from './forge.ts'

interface Client {
  readonly repository: Repository
  readonly env: Readonly<Record<string, string>>
  /** The cache folder, and the two files in it. */
  readonly folder: string
  readonly cache: string
  readonly choice: string
  readonly warnings: string[]
  /** The addresses of the logs that are trusted. */
  logs(): Promise<string[]>
}

/** A client that was initialized with a repository, which is then silent; what it is asked from then on is in `requests`. */
async function openClient(repository?: Repository): Promise<Client> {
  const open = repository ?? (await openRepository())
  const home = mkdtempSync(join(tmpdir(), 'sealwax-trust-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  writeFileSync(join(home, 'root.json'), open.root)
  const env = { SEALWAX_CACHE: join(home, 'cache') }
  await initializeTrust({ mirror: open.url, root: join(home, 'root.json'), env })
  open.requests.length = 0
  const folder = join(home, 'cache', 'tuf')
  const name = readdirSync(folder).find((one) => one !== 'current.json') ?? ''
  const warnings: string[] = []
  return {
    repository: open,
    env,
    folder,
    cache: join(folder, name),
    choice: join(folder, 'current.json'),
    warnings,
    logs: async () => {
      const root = await openTrust({ env, warn: (line) => warnings.push(line) }).trustedRoot()
      return root.transparencyLogs.map(({ url }) => url)
    },
  }
}

const own = ['https://log.forge']

/** So much later, by this process's clock; files keep their times. */
function later(days: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * day })
}
afterEach(() => void vi.useRealTimers())

const offline = (repository: Repository): void => {
  repository.misbehave = (_path, response) => Boolean(response.destroy())
}

describe('whose trust counts', () => {
  test('a file wins over everything, and nothing else is looked at', async () => {
    const { env, choice, repository } = await openClient()
    writeFileSync(choice, 'damaged')
    const file = join(env['SEALWAX_CACHE'] ?? '', 'root.json')
    writeFileSync(file, goodFiles['trusted_root.json'] ?? '')
    const config = join(env['SEALWAX_CACHE'] ?? '', 'config.json')
    writeFileSync(config, goodFiles['signing_config.v0.2.json'] ?? '')
    const trust = openTrust({ trustedRoot: file, signingConfig: config, staging: true, env })
    expect((await trust.trustedRoot()).transparencyLogs.map(({ url }) => url)).toEqual(own)
    expect((await trust.signingConfig()).logs).toEqual([])
    expect(repository.requests).toEqual([])
  })

  test('else what initialize chose, without asking anybody', async () => {
    const client = await openClient()
    expect(await client.logs()).toEqual(own)
    expect(client.repository.requests).toEqual([])
    expect(client.warnings).toEqual([])
  })

  test('else the public Sigstore as this package carries it, the same object for everybody', async () => {
    for (const env of [{}, { HOME: '/does/not/exist' }, { SEALWAX_CACHE: '/does/not/exist' }]) {
      const trust = openTrust({ env })
      expect(await trust.trustedRoot()).toBe(await loadTrustedRoot())
      expect((await trust.signingConfig()).logs[0]?.url).toBe('https://rekor.sigstore.dev')
      expect((await trust.documents()).signingConfigRekorV2).toContain('log2025-1')
    }
  })

  test('--staging is the staging instance, whatever was chosen', async () => {
    const { env } = await openClient()
    const trust = openTrust({ env, staging: true })
    const { transparencyLogs } = await trust.trustedRoot()
    expect(transparencyLogs.every(({ url }) => url.endsWith('.sigstage.dev'))).toBe(true)
    expect((await trust.signingConfig()).certificateAuthorities[0]?.url).toBe('https://fulcio.sigstage.dev')
    expect((await trust.documents()).origin).toContain('staging')
  })

  test('a later initialize chooses anew, and the other cache stays', async () => {
    const first = await openClient()
    const other = await openRepository({
      files: {
        ...goodFiles,
        'trusted_root.json': (goodFiles['trusted_root.json'] ?? '').replace('log.forge', 'log.other'),
      },
    })
    const root = join(first.folder, '..', 'other.json')
    writeFileSync(root, other.root)
    await initializeTrust({ mirror: other.url, root, env: first.env })
    expect(await first.logs()).toEqual(['https://log.other'])
    expect(existsSync(first.cache)).toBe(true)
  })
})

describe('where the cache is', () => {
  test.each<[string, Record<string, string>, NodeJS.Platform, string | undefined]>([
    ['SEALWAX_CACHE', { SEALWAX_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }, 'linux', '/a/tuf'],
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/b', HOME: '/c' }, 'linux', '/b/sealwax/tuf'],
    ['a relative XDG_CACHE_HOME is none', { XDG_CACHE_HOME: 'b', HOME: '/c' }, 'linux', '/c/.cache/sealwax/tuf'],
    ['HOME', { HOME: '/c' }, 'linux', '/c/.cache/sealwax/tuf'],
    ['HOME on macOS', { HOME: '/c' }, 'darwin', '/c/Library/Caches/sealwax/tuf'],
    ['LOCALAPPDATA', { LOCALAPPDATA: '/d', HOME: '/c' }, 'win32', '/d/sealwax/tuf'],
    ['LOCALAPPDATA elsewhere is none', { LOCALAPPDATA: '/d', HOME: '/c' }, 'linux', '/c/.cache/sealwax/tuf'],
    ['USERPROFILE', { USERPROFILE: '/u' }, 'win32', '/u/AppData/Local/sealwax/tuf'],
    ['nothing', {}, 'linux', undefined],
    ['empty variables', { SEALWAX_CACHE: '', XDG_CACHE_HOME: '', HOME: '' }, 'linux', undefined],
  ])('%s', (_what, env, platform, expected) => {
    expect(
      cacheFolder(env, platform)
        ?.replace(/^[A-Z]:/, '')
        .replaceAll('\\', '/'),
    ).toBe(expected)
  })

  test('without any, initialize says so before it asks anybody', async () => {
    const repository = await openRepository()
    await expect(initializeTrust({ mirror: repository.url, env: {} })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      hint: expect.stringContaining('SEALWAX_CACHE'),
    })
    expect(repository.requests).toEqual([])
  })

  test('where none can be made, likewise', async () => {
    const client = await openClient()
    const file = join(client.folder, 'file')
    writeFileSync(file, '')
    client.repository.requests.length = 0
    const env = { SEALWAX_CACHE: join(file, 'below') }
    await expect(initializeTrust({ mirror: client.repository.url, env })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      hint: expect.stringContaining('SEALWAX_CACHE'),
    })
    expect(client.repository.requests).toEqual([])
    await expect(openTrust({ env }).trustedRoot()).rejects.toMatchObject({ code: 'TRUST_INVALID' })
    // Nobody named the folder, and below a file there is no choice: as for users whose home is none.
    const warnings: string[] = []
    const trust = openTrust({ env: { XDG_CACHE_HOME: file }, warn: (line) => warnings.push(line) })
    expect(await trust.trustedRoot()).toBe(await loadTrustedRoot())
    expect(warnings).toEqual([expect.stringContaining('cannot be read')])
  })

  test('where the system says of a folder that is there that nothing is, initialize gives up at once', async () => {
    const { root, mirror } = { root: 'none.json', mirror: 'https://tuf.invalid' }
    const door = new URL('../../../src/trust/tuf/index.ts', import.meta.url).href
    const script = `import { initializeTrust } from ${JSON.stringify(door)}
      await initializeTrust(${JSON.stringify({ root, mirror, env: { SEALWAX_CACHE: '/proc/none/such' } })})
        .catch(({ code, hint }) => console.log(JSON.stringify({ code, hint })))`
    const args = ['--no-warnings', '--input-type=module', '--eval', script]
    // A process of its own: what hangs there hangs in the system's calls, and no timer would end it.
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
    expect(JSON.parse(stdout)).toEqual(
      process.platform === 'linux'
        ? { code: 'FILE_UNWRITABLE', hint: expect.stringContaining('SEALWAX_CACHE') }
        : { code: expect.any(String) },
    )
  })
})

describe('a cache', () => {
  test('younger than a day is used as it is', async () => {
    const client = await openClient()
    later(0.9)
    expect(await client.logs()).toEqual(own)
    expect(client.repository.requests).toEqual([])
  })

  test('older than a day is renewed, quietly, and not again for a day', async () => {
    const client = await openClient()
    client.repository.release({
      files: {
        ...goodFiles,
        'trusted_root.json': (goodFiles['trusted_root.json'] ?? '').replace('log.forge', 'log.new'),
      },
    })
    later(1.1)
    expect(await client.logs()).toEqual(['https://log.new'])
    const asked = client.repository.requests.length
    expect(asked).toBeGreaterThan(2)
    expect(await client.logs()).toEqual(['https://log.new'])
    expect(client.repository.requests).toHaveLength(asked)
    expect(client.warnings).toEqual([])
  })

  test('whose time lies far ahead, after a clock was set right, is renewed as well', async () => {
    const client = await openClient()
    const ahead = new Date(Date.now() + 400 * day)
    utimesSync(client.cache, ahead, ahead)
    await client.logs()
    expect(client.repository.requests.length).toBeGreaterThan(1)
  })

  test('that cannot be renewed is used without a word while it is valid, and asked about once a day', async () => {
    const client = await openClient()
    offline(client.repository)
    later(2)
    expect(await client.logs()).toEqual(own)
    expect(await client.logs()).toEqual(own)
    expect(client.repository.requests).toEqual(['2.root.json'])
    expect(client.warnings).toEqual([])
  })

  test('of a repository that never answers costs a few seconds, once a day', async () => {
    const client = await openClient()
    client.repository.misbehave = () => true
    later(2)
    const start = performance.now()
    expect(await client.logs()).toEqual(own)
    expect(performance.now() - start).toBeLessThan(15_000)
    expect(await client.logs()).toEqual(own)
    expect(client.repository.requests).toHaveLength(1)
  })

  test('whose repository has gone bad keeps what it has', async () => {
    const client = await openClient()
    client.repository.files.set('timestamp.json', '{}')
    later(2)
    expect(await client.logs()).toEqual(own)
    expect(client.warnings).toEqual([])
  })

  test('that has expired counts for 30 days more, and says for how long', async () => {
    const client = await openClient()
    offline(client.repository)
    later(7.5)
    expect(await client.logs()).toEqual(own)
    expect(client.warnings).toEqual([expect.stringMatching(/expired 1[12] hours ago.*30 days.*sealwax initialize/)])
    later(29.4)
    expect(await client.logs()).toEqual(own)
    expect(client.warnings[1]).toMatch(/expired 29 days ago/)
  })

  test('that expired longer ago is refused, and nobody else takes its place', async () => {
    const client = await openClient()
    offline(client.repository)
    later(38)
    await expect(client.logs()).rejects.toMatchObject({
      code: 'TRUST_INVALID',
      found: expect.stringMatching(/expired 31 days ago; .*could not be reached/),
      hint: expect.stringContaining('--trusted-root'),
    })
    client.repository.misbehave = () => false
    client.repository.release()
    expect(await client.logs()).toEqual(own)
  })
})

describe('a damaged cache', () => {
  const damages: readonly [string, (text: string) => string][] = [
    ['is empty', () => ''],
    ['is cut off', (text) => text.slice(0, text.length / 2)],
    ['is something else', () => '{"a":1}'],
    ['is not text', () => '\u0000\u0001'],
    ['has a changed timestamp', (text) => text.replace('1.0.31', '1.0.32')],
    ['has a changed trusted root', (text) => text.replace('log.forge', 'log.f0rge')],
    ['lacks its targets', (text) => text.replace('"targets":', '"tar":')],
  ]

  test.each(damages)('that %s is fetched again, and said', async (_what, damage) => {
    const client = await openClient()
    const before = readFileSync(client.cache, 'utf8')
    expect(damage(before)).not.toBe(before)
    writeFileSync(client.cache, damage(before))
    expect(await client.logs()).toEqual(own)
    expect(client.warnings).toEqual([
      expect.stringMatching(/the cache of .* was damaged \(.+\) and has been fetched again/),
    ])
    expect(await client.logs()).toEqual(own)
    expect(client.warnings).toHaveLength(1)
    expect(readFileSync(client.cache, 'utf8')).toBe(before)
  })

  test.each(damages)('that %s is refused where nothing can be fetched', async (_what, damage) => {
    const client = await openClient()
    offline(client.repository)
    writeFileSync(client.cache, damage(readFileSync(client.cache, 'utf8')))
    await expect(client.logs()).rejects.toMatchObject({
      code: 'TRUST_INVALID',
      hint: expect.stringContaining('initialize'),
    })
  })

  test('that is too large is not read', async () => {
    const client = await openClient()
    writeFileSync(client.cache, Buffer.alloc(17_000_000, 0x20))
    expect(await client.logs()).toEqual(own)
    expect(client.warnings).toEqual([expect.stringContaining('17000000 bytes')])
  })

  test('that is gone is fetched again', async () => {
    const client = await openClient()
    rmSync(client.cache)
    expect(await client.logs()).toEqual(own)
    expect(existsSync(client.cache)).toBe(true)
    rmSync(client.cache)
    offline(client.repository)
    await expect(client.logs()).rejects.toMatchObject({
      code: 'TRUST_INVALID',
      found: expect.stringContaining('no cache'),
    })
  })

  test('made with other keys is refused: whoever can write there cannot say whom to trust', async () => {
    const client = await openClient()
    const other = await openClient(await openRepository())
    writeFileSync(client.cache, readFileSync(other.cache))
    offline(client.repository)
    await expect(client.logs()).rejects.toMatchObject({ found: expect.stringContaining('signed by 0/1') })
  })

  test('as the file that says whose trust counts is refused, and no other trust takes its place', async () => {
    const client = await openClient()
    const good = readFileSync(client.choice, 'utf8')
    for (const text of [
      '',
      '{',
      '{}',
      good.replace('"own"', '"mine"'),
      good.replace('http:', 'ftp:'),
      good.replace('mirror', 'miror'),
    ]) {
      writeFileSync(client.choice, text)
      await expect(client.logs()).rejects.toMatchObject({
        name: 'SealwaxError',
        hint: expect.stringContaining('initialize'),
      })
    }
    writeFileSync(client.choice, good)
    expect(await client.logs()).toEqual(own)
  })
})

test('a folder in the place of the choice is refused, and no other trust takes its place', async () => {
  const client = await openClient()
  rmSync(client.choice)
  mkdirSync(client.choice)
  cpSync(client.folder, join(dirname(client.folder), 'sealwax', 'tuf'), { recursive: true })
  for (const env of [client.env, { XDG_CACHE_HOME: dirname(client.folder) }])
    await expect(openTrust({ env }).trustedRoot()).rejects.toMatchObject({ code: 'TRUST_INVALID' })
})

// Windows has no such bits, and no other user to be.
const isPosix = process.platform !== 'win32'
describe.skipIf(!isPosix)(`as a user who may only read${isPosix ? '' : ' (skipped on Windows)'}`, () => {
  /** Runs a program as somebody without rights, when this is somebody with all of them. */
  async function run(program: string, env: Readonly<Record<string, string>>): Promise<string> {
    const door = new URL('../../../src/trust/tuf/index.ts', import.meta.url).href
    const script = `import { initializeTrust, openTrust } from ${JSON.stringify(door)}\n${program}`
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const options = { env: { ...env, PATH: process.env['PATH'] ?? '' }, ...nobody, timeout: 30_000 }
    const args = ['--no-warnings', '--input-type=module', '--eval', script]
    return (await promisify(execFile)(process.execPath, args, options)).stdout
  }
  const logs = `const warnings = []
    const root = await openTrust({ warn: (line) => warnings.push(line) }).trustedRoot()
    console.log(JSON.stringify([root.transparencyLogs[0].url, warnings]))`

  /** Lets everybody look into the client's folders, and nobody write. */
  function open(client: Client, mode: number): void {
    for (const path of [client.cache, client.choice]) chmodSync(path, 0o444)
    for (const path of [client.folder, dirname(client.folder), dirname(dirname(client.folder))]) chmodSync(path, mode)
    onTestFinished(() => chmodSync(dirname(dirname(client.folder)), 0o755))
  }

  test('a cache that is a day old is used as it is: a renewal could not be kept', async () => {
    const client = await openClient()
    const old = new Date(Date.now() - 3 * day)
    utimesSync(client.cache, old, old)
    open(client, 0o555)
    expect(JSON.parse(await run(logs, client.env))).toEqual(['https://log.forge', []])
    expect(client.repository.requests).toEqual([])
  })

  test('a damaged cache is fetched for this run, and that is said', async () => {
    const client = await openClient()
    writeFileSync(client.cache, '{}')
    open(client, 0o555)
    expect(JSON.parse(await run(logs, client.env))).toEqual([
      'https://log.forge',
      [
        expect.stringContaining('damaged'),
        expect.stringMatching(/for this run only: cannot write .*permission denied/),
      ],
    ])
  })

  test('a folder of somebody else that may not be looked into holds no choice: said, and the public Sigstore counts', async () => {
    const client = await openClient()
    open(client, 0o500)
    chmodSync(client.folder, 0o000)
    onTestFinished(() => chmodSync(client.folder, 0o755))
    chmodSync(dirname(dirname(client.folder)), 0o755)
    chmodSync(dirname(client.folder), 0o755)
    // The same folder by the system's name for it, which nobody has given.
    symlinkSync('.', join(dirname(client.folder), 'sealwax'))
    const env = { XDG_CACHE_HOME: dirname(client.folder) }
    expect(JSON.parse(await run(logs, env))).toEqual([
      'https://rekor.sigstore.dev',
      [expect.stringMatching(/permission denied.*the public Sigstore is trusted/)],
    ])
    const refusals = `for (const act of [
        () => openTrust().signingConfig(),
        () => openTrust().documents(),
        () => openTrust({ signingConfig: 'own.json' }).trustedRoot(),
      ]) await act().catch(({ code, found }) => console.log(code, found))`
    // Signing goes to whom the signer chose, or to nobody.
    expect(await run(refusals, env)).toBe('TRUST_INVALID permission denied\n'.repeat(3))
    // And who has named the folder has made a choice there.
    const named = `await openTrust().trustedRoot().catch(({ code, hint }) => console.log(code, hint))`
    expect(await run(named, client.env)).toMatch(/^TRUST_INVALID .*SEALWAX_CACHE/)
  })

  test('a choice that may not be read is refused, and no other trust takes its place', async () => {
    const client = await openClient()
    open(client, 0o755)
    chmodSync(client.choice, 0o000)
    symlinkSync('.', join(dirname(client.folder), 'sealwax'))
    const program = `await openTrust().trustedRoot().catch(({ code, found }) => console.log(code, found))`
    for (const env of [client.env, { XDG_CACHE_HOME: dirname(client.folder) }])
      expect(await run(program, env)).toBe('TRUST_INVALID permission denied\n')
  })

  test('a choice that is a link to itself is refused, and no other trust takes its place', async () => {
    const client = await openClient()
    rmSync(client.choice)
    symlinkSync(client.choice, client.choice)
    symlinkSync('.', join(dirname(client.folder), 'sealwax'))
    for (const env of [client.env, { XDG_CACHE_HOME: dirname(client.folder) }])
      await expect(openTrust({ env }).trustedRoot()).rejects.toMatchObject({ code: 'TRUST_INVALID' })
  })

  test('initialize asks nobody when it could not keep the answer', async () => {
    const client = await openClient()
    open(client, 0o555)
    const program = `await initializeTrust({ mirror: ${JSON.stringify(client.repository.url)} })
      .catch(({ code, found, hint }) => console.log(JSON.stringify({ code, found, hint })))`
    expect(JSON.parse(await run(program, client.env))).toEqual({
      code: 'FILE_UNWRITABLE',
      found: 'permission denied',
      hint: expect.stringContaining('SEALWAX_CACHE'),
    })
    expect(client.repository.requests).toEqual([])
  })

  test('without any temporary folder a cache still counts, and initialize says what it needs', async () => {
    const client = await openClient()
    open(client, 0o777)
    chmodSync(client.cache, 0o666)
    const none = { ...client.env, TMPDIR: '/does/not/exist' }
    expect(JSON.parse(await run(logs, none))).toEqual(['https://log.forge', []])
    const program = `await initializeTrust({ mirror: ${JSON.stringify(client.repository.url)} })
      .catch(({ code, hint }) => console.log(JSON.stringify({ code, hint })))`
    expect(JSON.parse(await run(program, none))).toEqual({
      code: 'FILE_UNWRITABLE',
      hint: expect.stringContaining('TMPDIR'),
    })
  })
})

test('what cannot be kept is used for this run, and that is said', async () => {
  const client = await openClient()
  // A folder in the place of the file: it can be neither read nor replaced, whoever runs this.
  rmSync(client.cache)
  mkdirSync(join(client.cache, 'in the way'), { recursive: true })
  expect(await client.logs()).toEqual(own)
  expect(client.warnings).toEqual([
    expect.stringContaining('damaged'),
    expect.stringMatching(/fetched for this run only: cannot write/),
  ])
  expect(statSync(client.cache).isDirectory()).toBe(true)
  expect(readdirSync(client.folder).filter((name) => name.endsWith('sealwax-tmp'))).toEqual([])
})

test('temporary files of processes that died are removed after an hour', async () => {
  const client = await openClient()
  const name = client.cache.slice(client.folder.length + 1)
  const [old, young] = ['0123456789ab', 'ba9876543210'].map((id) => join(client.folder, `.${name}.${id}.sealwax-tmp`))
  for (const path of [old, young]) writeFileSync(path ?? '', 'half')
  const then = new Date(Date.now() - 2 * 3_600_000)
  utimesSync(old ?? '', then, then)
  writeFileSync(client.cache, '')
  await client.logs()
  expect([existsSync(old ?? ''), existsSync(young ?? '')]).toEqual([false, true])
})

test('temporary folders of processes that died are removed after an hour, and no others', async () => {
  const client = await openClient()
  const base = join(client.folder, '..', 'temporary')
  const names = ['sealwax-tuf-abc123', 'sealwax-tuf-ABC456', 'sealwax-tuf-mine', 'other-tuf-abc123']
  const then = new Date(Date.now() - 2 * 3_600_000)
  for (const name of names) {
    mkdirSync(join(base, name), { recursive: true })
    writeFileSync(join(base, name, 'root.json'), '{}')
    if (name !== 'sealwax-tuf-ABC456') utimesSync(join(base, name), then, then)
  }
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, base)
  onTestFinished(() => void vi.unstubAllEnvs())
  rmSync(client.cache)
  await client.logs()
  expect(readdirSync(base).sort()).toEqual(names.slice(1).sort())
})

test('the known repositories are those of the public Sigstore', () => {
  expect(repositories).toEqual({
    public: 'https://tuf-repo-cdn.sigstore.dev',
    staging: 'https://tuf-repo-cdn.sigstage.dev',
  })
})
