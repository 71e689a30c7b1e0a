// What Node.js really loads for each door of the package, in a process of its own.
import { execFile } from 'node:child_process'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startSandbox } from '@sealwax/sandbox'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openWorkshop, type Workshop } from './session/workshop.ts'
import { src } from './source.ts'

/** Runs a program and returns what it loads, in `seen`: files of ours relative to src, other modules by their name. */
async function run(program: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module'
    const seen = new Set()
    registerHooks({ load(url, context, next) { seen.add(url); return next(url, context) } })
    ${program}
    process.stdout.write(JSON.stringify([...seen]))`
  const { PATH = '', SystemRoot = '' } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', script],
    { env: { ...env, PATH, SystemRoot }, timeout: 30_000 },
  )
  return (JSON.parse(stdout) as string[]).map(nameOf).sort()
}

function nameOf(url: string): string {
  const [, packaged] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
  if (packaged !== undefined) return packaged
  return url.startsWith('file:') ? relative(src, fileURLToPath(url)).split(sep).join('/') : url
}

const address = (file: string): string => JSON.stringify(new URL(`../src/${file}`, import.meta.url).href)
const loads = (door: string): Promise<string[]> => run(`await import(${address(door)})`)

/** Files by room: of a room with two doors by name, of any other as a whole. */
const listed = (rooms: Readonly<Record<string, string>>): string[] =>
  Object.entries(rooms).flatMap(([room, names]) => names.split(' ').map((name) => `${room}/${name}`))
const inWhole = (rooms: readonly string[], files: readonly string[]): string[] => [
  ...new Set(files.map((file) => (rooms.includes(file.split('/')[0] ?? '') ? `${file.split('/')[0]}/*` : file))),
]

describe('importing', () => {
  test('/verify loads what checks, file by file: nothing that signs, no network and no file system', async () => {
    expect(inWhole(['encoding', 'verify'], await loads('verify/index.ts'))).toEqual([
      'encoding/*',
      'errors.ts',
      ...listed({
        fulcio: 'authority.ts certificate.ts chain.ts extensions.ts index.ts names.ts sct.ts time.ts',
        keys: 'algorithms.ts blocks.ts check.ts content.ts digest.ts ed25519ph.ts index.ts public.ts',
      }),
      'limits.ts',
      'node:crypto',
      ...listed({
        rekor: 'body.ts checkpoint.ts entry.ts index.ts proof.ts set.ts witness.ts',
        statement: 'build-type.ts index.ts predicates.ts statement.ts',
        tsa: 'index.ts oids.ts token.ts verify.ts',
      }),
      'verify/*',
    ])
  })

  test('/policy loads its own files, and regular expressions when there is one', async () => {
    expect(inWhole(['policy'], await loads('policy/index.ts'))).toEqual(['errors.ts', 'policy/*'])
  })

  test('/session loads a handful of small files: no cryptography and nothing of Sigstore', async () => {
    const files = await loads('session/index.ts')
    expect(inWhole(['session'], files)).toEqual([
      'errors.ts',
      'limits.ts',
      'node:fs',
      'node:path',
      'session/*',
      'subject/subject.ts',
    ])
    expect(files.length).toBeLessThan(16)
  })

  test('and choosing trust where nobody has run initialize loads neither TUF nor the network', async () => {
    const files = await run(
      `const { openTrust } = await import(${address('trust/tuf/index.ts')})
      await openTrust({ env: { HOME: '/nowhere' } }).trustedRoot()
      await openTrust({ env: { HOME: '/nowhere' }, staging: true }).signingConfig()`,
    )
    expect(files.filter((file) => /tuf-js|@tufjs|^net\/|client\.ts$|chain\.ts$/.test(file))).toEqual([
      'fulcio/chain.ts',
    ])
  })

  test('/errors loads one file', async () => expect(await loads('errors.ts')).toEqual(['errors.ts']))
})

describe('a session', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = openWorkshop()
    shop.put(['dist/a.js'])
  })
  afterEach(() => shop.close())

  /** What the end of a build loads, when `work` went before it. */
  const endOf = (work: string, env: Readonly<Record<string, string>>): Promise<string[]> =>
    run(
      `const { openSession } = await import(${address('session/index.ts')})
      const session = openSession('test', {}, console)
      session.start()
      session.begin()
      ${work}
      session.wrote(${JSON.stringify(shop.path('dist'))})
      seen.clear()
      if ((await session.finish()) === undefined) throw new Error('not signed')`,
      env,
    )
  const sign = address('session/sign.ts')
  // The session begins to load it, last of all; from then on waiting for it adds nothing.
  const work = `while (!seen.has(${sign})) await new Promise((resolve) => setTimeout(resolve, 5))
    await import(${sign})`

  test('has loaded all that the end of a build needs before that end, by key', async () => {
    expect(await endOf(work, shop.env)).toEqual([])
  })

  test('has loaded all that the end of a build needs before that end, keyless with all services', async () => {
    const sandbox = await startSandbox({ directory: shop.path('sandbox') })
    onTestFinished(() => sandbox.close())
    expect(await endOf(work, await sandbox.environment({ kind: 'github' }))).toEqual([])
    expect(sandbox.requests.map(({ service }) => service)).toContain('rekor')
  })

  test('that is over at once still signs, and loads it then', async () => {
    expect(await endOf('', shop.env)).toContain('session/sign.ts')
  })
})
