// Fetching trust from a repository, good and bad. The cache is in a folder of the test's own.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { initializeTrust, openTrust } from '../../../src/trust/tuf/index.ts'
import { parseState } from '../../../src/trust/tuf/state.ts'
import { goodFiles, inDays, makeKey, openRepository, type Repository, signed } from './forge.ts'

interface Home {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly root: string
  files(): string[]
}

/** A cache folder, and the repository's root in a file. */
function openHome(repository: Pick<Repository, 'root'>): Home {
  const folder = mkdtempSync(join(tmpdir(), 'sealwax-trust-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const root = join(folder, 'root.json')
  writeFileSync(root, repository.root)
  const cache = join(folder, 'cache', 'tuf')
  return {
    folder,
    root,
    env: { SEALWAX_CACHE: join(folder, 'cache') },
    files: () => (existsSync(cache) ? readdirSync(cache).sort() : []),
  }
}

const urlsOf = async (env: Home['env']): Promise<string[]> =>
  (await openTrust({ env }).trustedRoot()).transparencyLogs.map(({ url }) => url)

describe('a repository', () => {
  test('is fetched, verified, kept, and counts from then on', async () => {
    const repository = await openRepository({ expires: { timestamp: 3 } })
    const home = openHome(repository)
    const before = await urlsOf(home.env)
    const result = await initializeTrust({ mirror: `${repository.url}/`, root: home.root, env: home.env })
    expect(result).toMatchObject({
      mirror: repository.url,
      rootVersion: 1,
      files: ['trusted_root.json', 'signing_config.v0.2.json'],
    })
    expect(Math.abs(result.expires.getTime() - Date.parse(inDays(3)))).toBeLessThan(60_000)
    expect(before).toContain('https://rekor.sigstore.dev')
    expect(await urlsOf(home.env)).toEqual(['https://log.forge'])
    const trust = openTrust({ env: home.env })
    expect((await trust.signingConfig()).logs).toEqual([])
    expect(await trust.documents()).toMatchObject({ origin: expect.stringContaining(repository.url) })
    expect(home.files()).toHaveLength(2)
  })

  test('is asked only for what is new the next time', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    const options = { mirror: repository.url, root: home.root, env: home.env }
    await initializeTrust(options)
    repository.requests.length = 0
    await initializeTrust(options)
    expect(repository.requests).toEqual([
      '2.root.json',
      'timestamp.json',
      ...Object.values(goodFiles).map((_, at) => expect.stringMatching(at === 0 ? /trusted_root/ : /signing_config/)),
    ])
  })

  test('with new keys is followed, root by root, and all roots are kept', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    const options = { mirror: repository.url, root: home.root, env: home.env }
    repository.rotate()
    repository.rotate()
    expect(await initializeTrust(options)).toMatchObject({ rootVersion: 3 })
    repository.rotate()
    expect(await initializeTrust(options)).toMatchObject({ rootVersion: 4 })
    repository.misbehave = () => true
    expect(await urlsOf(home.env)).toEqual(['https://log.forge'])
  })

  test('as a folder is as good as one on a server', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    for (const [name, text] of repository.files) {
      mkdirSync(dirname(join(home.folder, 'mirror', name)), { recursive: true })
      writeFileSync(join(home.folder, 'mirror', name), text)
    }
    const mirror = pathToFileURL(join(home.folder, 'mirror')).href
    expect(await initializeTrust({ mirror, root: home.root, env: home.env })).toMatchObject({ rootVersion: 1 })
    expect(await urlsOf(home.env)).toEqual(['https://log.forge'])
    expect(repository.requests).toEqual([])
  })

  test('may be without a signing config, and says so when it is needed', async () => {
    const repository = await openRepository({ files: { 'trusted_root.json': goodFiles['trusted_root.json'] ?? '' } })
    const home = openHome(repository)
    await initializeTrust({ mirror: repository.url, root: home.root, env: home.env })
    await expect(openTrust({ env: home.env }).signingConfig()).rejects.toMatchObject({
      code: 'SIGNING_CONFIG_INVALID',
      hint: expect.stringContaining('--signing-config'),
    })
  })

  test('must say whom to trust, in a form that can be read', async () => {
    const repository = await openRepository({ files: { 'rekor.pub': 'x' } })
    const home = openHome(repository)
    const options = { mirror: repository.url, root: home.root, env: home.env }
    await expect(initializeTrust(options)).rejects.toMatchObject({
      code: 'TRUST_INVALID',
      expected: 'the target trusted_root.json',
    })
    repository.release({ files: { 'trusted_root.json': '{"mediaType":"x"}' } })
    await expect(initializeTrust(options)).rejects.toMatchObject({ code: 'TRUST_INVALID' })
    expect(home.files()).toEqual([])
  })
})

describe('what is kept', () => {
  test('after the keys were stolen is the new root, though the thief has numbered higher', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    const options = { mirror: repository.url, root: home.root, env: home.env }
    await initializeTrust(options)
    repository.release({ versions: { timestamp: 999_999 } })
    await initializeTrust(options)
    repository.rotate()
    expect(await initializeTrust(options)).toMatchObject({ rootVersion: 2 })
    const name = home.files().find((one) => one !== 'current.json') ?? ''
    const kept = parseState(readFileSync(join(home.folder, 'cache', 'tuf', name)))
    expect(kept.roots).toEqual([repository.files.get('2.root.json')])
    expect(kept.timestamp).toBe(repository.files.get('timestamp.json'))
  })

  /** Fetches what `before` leaves, while another process keeps what `after` leaves. */
  async function overtaken(after: (repository: Repository) => void): Promise<{ reported: object; kept: string }> {
    const repository = await openRepository({ expires: { timestamp: 3 } })
    const home = openHome(repository)
    const options = { mirror: repository.url, root: home.root, env: home.env }
    const before = new Map(repository.files)
    after(repository)
    await initializeTrust(options)
    const path = join(home.folder, 'cache', 'tuf', home.files().find((one) => one !== 'current.json') ?? '')
    const newer = readFileSync(path, 'utf8')
    rmSync(path)
    repository.files.clear()
    for (const [name, text] of before) repository.files.set(name, text)
    repository.misbehave = (name) => {
      if (name.startsWith('targets/')) writeFileSync(path, newer)
      return false
    }
    const reported = await initializeTrust(options)
    expect(readFileSync(path, 'utf8')).toBe(newer)
    return { reported, kept: newer }
  }

  test('is what another process has fetched meanwhile, when that is newer, and it is what is reported', async () => {
    const files = { 'trusted_root.json': goodFiles['trusted_root.json'] ?? '' }
    const { reported } = await overtaken((repository) => repository.release({ files }))
    expect(reported).toMatchObject({ rootVersion: 1, files: ['trusted_root.json'] })
    const rotated = await overtaken((repository) => repository.rotate())
    expect(rotated.reported).toMatchObject({ rootVersion: 2 })
  })
})

describe('nothing is kept, and what was known before still counts, when', () => {
  /** Fetches a good release, makes the next one bad, and fetches again: the error. */
  async function second(spoil: (repository: Repository) => void, deadline?: number): Promise<unknown> {
    const repository = await openRepository()
    // The second release: there is an older one to go back to.
    repository.release()
    const home = openHome(repository)
    const options = { mirror: repository.url, root: home.root, env: home.env, deadline }
    await initializeTrust(options)
    const before = home.files().map((name) => readFileSync(join(home.folder, 'cache', 'tuf', name), 'utf8'))
    repository.release({ files: { ...goodFiles, 'signing_config.v0.2.json': '{}' } })
    spoil(repository)
    const error: unknown = await initializeTrust(options).catch((thrown: unknown) => thrown)
    expect(home.files().map((name) => readFileSync(join(home.folder, 'cache', 'tuf', name), 'utf8'))).toEqual(before)
    expect(await urlsOf(home.env)).toEqual(['https://log.forge'])
    return error
  }
  const refused = (found: RegExp, hint?: RegExp): unknown =>
    expect.objectContaining({
      code: 'TRUST_INVALID',
      found: expect.stringMatching(found),
      ...(hint && { hint: expect.stringMatching(hint) }),
    })
  const put = (repository: Repository, name: RegExp, change: (text: string) => string): void => {
    const paths = [...repository.files.keys()].filter((path) => name.test(path))
    expect(paths).not.toEqual([])
    for (const path of paths) repository.files.set(path, change(repository.files.get(path) ?? ''))
  }

  test.each(['timestamp', 'snapshot', 'targets'] as const)('the new %s has expired', async (role) => {
    const error = await second((repository) => repository.release({ expires: { [role]: -1 } }))
    expect(error).toEqual(refused(new RegExp(`^${role}\\.json is expired$`), /clock/))
  })

  test('the last root has expired', async () => {
    expect(await second((repository) => repository.rotate({ days: -1 }))).toEqual(
      refused(/root.json is expired/, /--root.*clock/),
    )
  })

  test.each(['timestamp', 'snapshot', 'targets'] as const)('the new %s is signed by another key', async (role) => {
    const error = await second((repository) => repository.release({ signers: { [role]: makeKey() } }))
    expect(error).toEqual(refused(new RegExp(`${role} was signed by 0/1`), /--root/))
  })

  test('the new root is not signed by the keys of the old one, or not by its own', async () => {
    for (const pick of [1, 0]) {
      const error = await second((repository) => {
        const old = repository.keys.root
        repository.rotate()
        const path = '2.root.json'
        const content = (JSON.parse(repository.files.get(path) ?? '') as { signed: Record<string, unknown> }).signed
        repository.files.set(path, signed(content, pick === 1 ? repository.keys.root : old))
      })
      expect(error).toEqual(refused(/signed by 0\/1/))
    }
  })

  test('the new root is of another version than its name says', async () => {
    const error = await second((repository) => {
      repository.rotate({ version: 3 })
      repository.files.set('2.root.json', repository.files.get('3.root.json') ?? '')
    })
    expect(error).toEqual(refused(/version 3/))
  })

  test.each(['timestamp', 'snapshot', 'targets'] as const)('its %s goes back to an older version', async (role) => {
    const error = await second((repository) => repository.release({ versions: { [role]: 1 } }))
    expect(error).toEqual(refused(/version 1 .*is less than current version 2/))
  })

  test.each([
    ['snapshot', /^3\.snapshot/],
    ['targets', /^3\.targets/],
    ['target', /^targets\//],
  ])('the bytes of the %s are others of the same length', async (_what, name) => {
    const error = await second((repository) =>
      put(repository, name, (text) => text.replace(/1\.0\.31|v0\.2|\{\}/, (found) => found.replace(/.$/, '9'))),
    )
    expect(error).toEqual(refused(/hash/))
  })

  test.each([
    ['snapshot', /^3\.snapshot/],
    ['targets', /^3\.targets/],
    ['target', /^targets\//],
  ])('the %s is shorter than told', async (_what, name) => {
    expect(
      await second((repository) => put(repository, name, (text) => text.replace(/1\.0\.31|v0\.2|\{\}/, '1'))),
    ).toEqual(refused(/length/))
  })

  test.each(['2.root.json', 'timestamp.json', '3.snapshot.json', '3.targets.json'])(
    '%s is a file without end: it is not read to the end',
    async (name) => {
      let sent = 0
      const error = await second((repository) => {
        if (name === '2.root.json') repository.rotate()
        repository.misbehave = (path, response) => {
          if (path !== name) return false
          const piece = Buffer.alloc(65_536, 0x20)
          const more = (): void => {
            while (!response.destroyed && response.write(piece)) sent += piece.length
            sent += piece.length
          }
          response.writeHead(200).on('drain', more)
          more()
          return true
        }
      })
      expect(error).toMatchObject({ code: 'SERVICE_ANSWER_INVALID', expected: expect.stringContaining('at most') })
      expect(sent).toBeLessThan(16_000_000)
    },
  )

  test.each(['2.root.json', 'timestamp.json', '3.snapshot.json', '3.targets.json'])(
    '%s never comes: the deadline holds',
    async (name) => {
      const started = performance.now()
      const error = await second((repository) => {
        repository.misbehave = (path) => path === name
      }, 1_500)
      expect(error).toMatchObject({ code: 'SERVICE_TIMEOUT', expected: 'everything within 1.5 s' })
      expect(performance.now() - started).toBeLessThan(10_000)
    },
  )

  test('the root and the files together take longer than the deadline, though neither does', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    repository.misbehave = (path, response) => {
      const body = repository.files.get(path)
      if (path !== '1.root.json' && path !== 'timestamp.json') return false
      setTimeout(() => response.end(body), 1_500)
      return true
    }
    const root = `${repository.url}/1.root.json`
    const options = { mirror: repository.url, root, rootChecksum: hash('sha256', repository.root), env: home.env }
    await expect(initializeTrust({ ...options, deadline: 2_500 })).rejects.toMatchObject({ code: 'SERVICE_TIMEOUT' })
    expect(repository.requests).toContain('timestamp.json')
    expect(home.files()).toEqual([])
  })

  test('the mirror, or the server of the root, sends elsewhere: the flag that names it is told', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    const options = { mirror: repository.url, env: home.env }
    repository.misbehave = (_path, response) =>
      Boolean(response.writeHead(301, { location: 'https://other.example/' }).end())
    await expect(initializeTrust({ ...options, root: home.root })).rejects.toMatchObject({
      code: 'SERVICE_REFUSED',
      hint: expect.stringContaining('--mirror'),
    })
    const root = `${repository.url}/1.root.json`
    await expect(initializeTrust({ ...options, root, rootChecksum: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'SERVICE_REFUSED',
      hint: expect.stringMatching(/final address with --root$/),
    })
  })

  test('the connection breaks, or the server is in trouble, each time', async () => {
    const broken = await second((repository) => {
      repository.misbehave = (_path, response) => Boolean(response.destroy())
    }, 1_500)
    expect(broken).toMatchObject({ code: 'SERVICE_UNREACHABLE' })
    const trouble = await second((repository) => {
      repository.misbehave = (_path, response) => Boolean(response.writeHead(503).end())
    }, 1_500)
    expect(trouble).toMatchObject({ code: 'SERVICE_REFUSED' })
  })

  test.each([
    ['empty', ''],
    ['text', 'x'],
    ['cut off', '{'],
    ['a list', '[]'],
    ['of another shape', '{"signed":1,"signatures":[]}'],
    ['nested without end', `{"signatures":[],"signed":${'['.repeat(200)}${']'.repeat(200)}}`],
    ['ambiguous', '{"signed":{},"signed":{},"signatures":[]}'],
  ])('a file is no metadata but %s', async (_what, text) => {
    for (const name of ['2.root.json', 'timestamp.json', '3.snapshot.json'])
      expect(await second((repository) => repository.files.set(name, text))).toEqual(refused(/./))
  })
})

describe('what a person names', () => {
  test('is refused when it makes no sense, before anything is asked', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    const wrong = [
      { mirror: 'tuf.example' },
      { mirror: 'ftp://tuf.example' },
      { mirror: 'https://user:pw@tuf.example' },
      { mirror: 'https://tuf.example/?a' },
      { staging: true, mirror: repository.url },
      { staging: true, root: home.root },
      { mirror: repository.url, rootChecksum: '0'.repeat(64) },
      { mirror: repository.url, root: `${repository.url}/1.root.json` },
      { mirror: repository.url, root: home.root, rootChecksum: 'abc' },
      { mirror: repository.url, root: home.root, rootChecksum: `sha512:${'0'.repeat(64)}` },
    ]
    for (const options of wrong)
      await expect(initializeTrust({ ...options, env: home.env })).rejects.toMatchObject({ code: 'USAGE' })
    expect(repository.requests).toEqual([])
    await expect(initializeTrust({ mirror: 'https://u:secret@x.example', env: home.env })).rejects.not.toThrow('secret')
  })

  test('as a root must be one: a file of another kind, or one that does not sign itself, is refused', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    const other = join(home.folder, 'other.json')
    const options = { mirror: repository.url, root: other, env: home.env }
    await expect(initializeTrust(options)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    for (const text of [
      '',
      '{}',
      repository.files.get('timestamp.json') ?? '',
      repository.root.replace('"version":1', '"version":2'),
    ]) {
      writeFileSync(other, text)
      await expect(initializeTrust(options)).rejects.toMatchObject({
        name: 'SealwaxError',
        message: expect.not.stringContaining('repository'),
      })
    }
    expect(repository.requests).toEqual([])
  })

  test('as the digest of a root is held, for a file and for a root from the network', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    const options = { mirror: repository.url, env: home.env }
    const right = { sha256: hash('sha256', repository.root), sha512: hash('sha512', repository.root) }
    for (const root of [home.root, `${repository.url}/1.root.json`]) {
      await expect(initializeTrust({ ...options, root, rootChecksum: hash('sha256', 'other') })).rejects.toMatchObject({
        code: 'TRUST_INVALID',
        found: `sha256:${right.sha256}`,
      })
      for (const rootChecksum of [right.sha256.toUpperCase(), `sha256:${right.sha256}`, `sha512:${right.sha512}`])
        expect(await initializeTrust({ ...options, root, rootChecksum })).toMatchObject({ rootVersion: 1 })
    }
  })

  test('as a mirror without a root is a copy of the public repository: another one does not verify', async () => {
    // The embedded root's last days, as long as there is no newer one in it.
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-09-01') })
    onTestFinished(() => void vi.useRealTimers())
    const repository = await openRepository()
    const home = openHome(repository)
    await expect(initializeTrust({ mirror: repository.url, env: home.env })).rejects.toMatchObject({
      code: 'TRUST_INVALID',
      hint: expect.stringContaining('--root'),
    })
    expect(home.files()).toEqual([])
  })

  test('as another root for the same mirror begins anew', async () => {
    const repository = await openRepository()
    const home = openHome(repository)
    await initializeTrust({ mirror: repository.url, root: home.root, env: home.env })
    const other = await openRepository({ files: { ...goodFiles, 'signing_config.v0.2.json': '{}' } })
    writeFileSync(home.root, other.root)
    repository.files.clear()
    for (const [name, text] of other.files) repository.files.set(name, text)
    expect(await initializeTrust({ mirror: repository.url, root: home.root, env: home.env })).toMatchObject({
      rootVersion: 1,
    })
  })
})
