// The verification of a kept state: the real repositories' metadata, and forged ones that are wrong in one place each.
import { readFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseSigningConfig, parseTrustedRoot } from '../../../src/trust/index.ts'
import * as publicData from '../../../src/trust/public/data.ts'
import * as publicTuf from '../../../src/trust/public/tuf.ts'
import * as stagingData from '../../../src/trust/staging/data.ts'
import * as stagingTuf from '../../../src/trust/staging/tuf.ts'
import { verifyState } from '../../../src/trust/tuf/chain.ts'
import { formatState, parseState, type State } from '../../../src/trust/tuf/state.ts'
import { inDays, makeKey, openRepository, type Release, signed, stateOf } from './forge.ts'

const vector = (name: string): string => readFileSync(new URL(`../../vectors/tuf/${name}`, import.meta.url), 'utf8')
const invalid = (words: RegExp): unknown =>
  expect.objectContaining({ code: 'TRUST_INVALID', found: expect.stringMatching(words) })

const real = {
  public: { ...publicData, ...publicTuf },
  staging: { ...stagingData, ...stagingTuf },
}

/** What the real repository had on the day that ORIGIN.md names. */
function realState(name: 'public' | 'staging'): State {
  const { trustedRoot, signingConfig, signingConfigRekorV2 } = real[name]
  return {
    roots: [],
    timestamp: vector(`${name}/timestamp.json`),
    snapshot: vector(`${name}/snapshot.json`),
    targets: vector(`${name}/targets.json`),
    files: {
      'trusted_root.json': trustedRoot,
      'signing_config.v0.2.json': signingConfig,
      'signing_config_rekor_v2.v0.2.json': signingConfigRekorV2,
    },
  }
}

describe.each(['public', 'staging'] as const)('the embedded trust of the %s Sigstore', (name) => {
  test('is byte for byte what ORIGIN.md says', () => {
    const origin = readFileSync(new URL(`../../../src/trust/${name}/ORIGIN.md`, import.meta.url), 'utf8')
    for (const text of Object.values(real[name])) expect(origin).toContain(hash('sha256', text))
  })

  test('is what the real repository signed: the chain from the embedded root to each embedded target verifies', async () => {
    const chain = await verifyState(real[name].root, realState(name))
    expect(chain.rootVersion).toBe(name === 'public' ? 15 : 14)
    expect(chain.expires.toISOString()).toMatch(/^2026-08-28T/)
  })

  test('can be read: trusted root and both signing configs', () => {
    expect(parseTrustedRoot(real[name].trustedRoot).transparencyLogs.length).toBeGreaterThan(1)
    expect(parseSigningConfig(real[name].signingConfig).timestampAuthorities).toHaveLength(1)
    expect(parseSigningConfig(real[name].signingConfigRekorV2).logs[0]?.apiVersion).toBe(2)
  })
})

describe('the roots', () => {
  const state = realState('public')
  const [old, middle] = [vector('public/13.root.json'), vector('public/14.root.json')]

  test('lead from an older one to the newest, each signed by the one before', async () => {
    const chain = await verifyState(old, { ...state, roots: [middle, publicTuf.root] })
    expect(chain).toMatchObject({ rootVersion: 15, root: publicTuf.root })
  })

  test('that are older than the embedded one are passed over, as after an update of this package', async () => {
    expect(await verifyState(middle, { ...state, roots: [middle, publicTuf.root] })).toMatchObject({ rootVersion: 15 })
    expect(await verifyState(publicTuf.root, { ...state, roots: [middle, publicTuf.root] })).toMatchObject({
      rootVersion: 15,
    })
  })

  test('may not be skipped, and not come from another repository', async () => {
    await expect(verifyState(old, { ...state, roots: [publicTuf.root] })).rejects.toEqual(invalid(/version 15/))
    await expect(verifyState(stagingTuf.root, state)).rejects.toEqual(invalid(/signed by 0\/1/))
    await expect(verifyState(stagingTuf.root, { ...state, roots: [publicTuf.root] })).rejects.toEqual(
      invalid(/signed by 0/),
    )
  })

  test('that do not sign themselves are no beginning', async () => {
    const broken = publicTuf.root.replace('"version": 15', '"version": 16')
    await expect(verifyState(broken, state)).rejects.toEqual(invalid(/signed by 0\/3/))
  })
})

describe('a state', () => {
  /** A state of a repository, one release of which is as told. */
  const forge = async (release: Release = {}): Promise<{ root: string; state: State }> => {
    const repository = await openRepository(release)
    return { root: repository.root, state: stateOf(repository) }
  }

  test('of a good repository verifies and says when the first part of it expires', async () => {
    const { root, state } = await forge({ expires: { timestamp: 3, snapshot: 5, targets: 9 } })
    const { expires, timestampVersion } = await verifyState(root, state)
    expect(timestampVersion).toBe(1)
    expect(Math.abs(expires.getTime() - Date.parse(inDays(3)))).toBeLessThan(60_000)
  })

  test.each(['timestamp', 'snapshot', 'targets'] as const)(
    'whose %s is signed by another key is refused',
    async (role) => {
      const { root, state } = await forge({ signers: { [role]: makeKey() } })
      await expect(verifyState(root, state)).rejects.toEqual(invalid(new RegExp(`${role} was signed by 0/1`)))
    },
  )

  test.each(['timestamp', 'snapshot', 'targets'] as const)(
    'with one byte of its %s changed is refused',
    async (role) => {
      const { root, state } = await forge()
      const text = state[role].replace('1.0.31', '1.0.30')
      expect(text).not.toBe(state[role])
      await expect(verifyState(root, { ...state, [role]: text })).rejects.toMatchObject({ code: 'TRUST_INVALID' })
    },
  )

  test('with a target changed, longer, or of a name that is none is refused', async () => {
    const { root, state } = await forge()
    const files = state.files
    const text = files['signing_config.v0.2.json'] ?? ''
    for (const other of [text.replace('v0.2', 'v0.3'), `${text} `]) {
      const changed = { ...files, 'signing_config.v0.2.json': other }
      await expect(verifyState(root, { ...state, files: changed })).rejects.toEqual(invalid(/another file/))
    }
    const added = { ...files, 'signing_config_rekor_v2.v0.2.json': text }
    await expect(verifyState(root, { ...state, files: added })).rejects.toEqual(invalid(/a file that is none/))
  })

  test('made of parts of two releases is refused', async () => {
    const repository = await openRepository()
    const first = stateOf(repository)
    repository.release({ files: { 'trusted_root.json': '{}' } })
    const second = stateOf(repository)
    for (const part of ['timestamp', 'snapshot', 'targets'] as const)
      await expect(verifyState(repository.root, { ...first, [part]: second[part] })).rejects.toMatchObject({
        code: 'TRUST_INVALID',
      })
  })

  test('whose parts are named by version alone must have those versions, as in the public repository', async () => {
    const { root, keys } = await openRepository()
    const head = (type: string, version: number): Record<string, unknown> => ({
      _type: type,
      spec_version: '1.0.31',
      version,
      expires: inDays(3),
    })
    const stateWith = (snapshot: number, targets: number): State => ({
      roots: [],
      timestamp: signed({ ...head('timestamp', 1), meta: { 'snapshot.json': { version: 2 } } }, keys.timestamp),
      snapshot: signed({ ...head('snapshot', snapshot), meta: { 'targets.json': { version: 2 } } }, keys.snapshot),
      targets: signed({ ...head('targets', targets), targets: {} }, keys.targets),
      files: {},
    })
    await expect(verifyState(root, stateWith(2, 2))).resolves.toBeDefined()
    await expect(verifyState(root, stateWith(3, 2))).rejects.toEqual(invalid(/version 3/))
    await expect(verifyState(root, stateWith(2, 1))).rejects.toEqual(invalid(/version 1/))
  })

  test.each(['snapshot', 'targets'] as const)(
    'whose %s is another of the same version, well signed, is refused',
    async (role) => {
      const repository = await openRepository()
      const state = stateOf(repository)
      const content = (JSON.parse(state[role]) as { signed: Record<string, unknown> }).signed
      const other = signed({ ...content, expires: inDays(99) }, repository.keys[role])
      await expect(verifyState(repository.root, { ...state, [role]: other })).rejects.toEqual(
        invalid(/Expected (length|hash)/),
      )
    },
  )

  test('with a new root that its own keys have not signed is refused', async () => {
    const repository = await openRepository()
    const old = repository.keys.root
    repository.rotate()
    const next = repository.files.get('2.root.json') ?? ''
    const content = (JSON.parse(next) as { signed: Record<string, unknown> }).signed
    const state = stateOf(repository)
    await expect(verifyState(repository.root, { ...state, roots: [next] })).resolves.toMatchObject({ rootVersion: 2 })
    for (const roots of [[signed(content, old)], [signed(content, repository.keys.root)]])
      await expect(verifyState(repository.root, { ...state, roots })).rejects.toEqual(
        invalid(/root was signed by 0\/1/),
      )
  })

  test('that expires at no clear time, or whose targets have no digest, is refused: signed or not', async () => {
    const repository = await openRepository()
    const state = stateOf(repository)
    const timestamp = (JSON.parse(state.timestamp) as { signed: Record<string, unknown> }).signed
    for (const expires of ['never', '1 January 2040', '']) {
      const never = signed({ ...timestamp, expires }, repository.keys.timestamp)
      await expect(verifyState(repository.root, { ...state, timestamp: never })).rejects.toMatchObject({
        code: 'TRUST_INVALID',
      })
    }
    const bare = { 'trusted_root.json': { length: 2, hashes: {} } }
    const head = { spec_version: '1.0.31', version: 1, expires: inDays(3) }
    const targets = signed({ ...head, _type: 'targets', targets: bare }, repository.keys.targets)
    const meta = { 'targets.json': { version: 1 } }
    const snapshot = signed({ ...head, _type: 'snapshot', meta }, repository.keys.snapshot)
    const stamp = signed(
      { ...head, _type: 'timestamp', meta: { 'snapshot.json': { version: 1 } } },
      repository.keys.timestamp,
    )
    const bareState = { roots: [], timestamp: stamp, snapshot, targets, files: { 'trusted_root.json': '{}' } }
    await expect(verifyState(repository.root, { ...bareState, files: {} })).resolves.toBeDefined()
    await expect(verifyState(repository.root, bareState)).rejects.toEqual(invalid(/another file/))
  })

  test('as a file comes back the same, and anything else in such a file is refused', async () => {
    const { state } = await forge()
    const text = formatState(state)
    expect(parseState(Buffer.from(text))).toEqual(state)
    for (const other of [
      '',
      '{}',
      text.slice(0, -3),
      text.replace('"roots"', '"rots"'),
      text.replace('tuf-cache', 'x'),
    ])
      expect(() => parseState(Buffer.from(other))).toThrow(expect.objectContaining({ name: 'SealwaxError' }))
  })
})
