import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bundle } from '../../src/bundle/index.ts'
import { keylessPolicy, type Policy } from '../../src/policy/index.ts'
import { type Evidence, parseWitness } from '../../src/verify/index.ts'
import { cosignatureLine, type EntryWishes, noteKeyId, noteLine, witnessKeyText } from '../forge/log.ts'
import { ec, forgeBundle, identity, issuer, leaf, trustedRoot } from '../forge/world.ts'
import { forgeBundleV2, signatureOf } from '../forge/v2.ts'
import { evaluate, type Evaluation } from './evaluate.ts'

const refused = ['LOG_ENTRY_INVALID']
const stranger = noteLine('stranger.example', Buffer.from('abcd'), Buffer.alloc(72))
const codes = (entry: Partial<EntryWishes>, stamps: object[] = []): string[] =>
  evaluate(forgeBundle({ entry, stamps })).codes

describe('the checkpoint of a Rekor v1 log', () => {
  test('may have extension lines, which the log signs too', () => {
    expect(codes({ extensions: 'Timestamp: 1\nmore\n' })).toEqual([])
    expect(codes({ extensions: 'Timestamp: 1\n\nmore\n' })).toEqual(refused)
  })

  test("under another name than the tree's, with another hint, or with a line of somebody else is refused", () => {
    expect(codes({ origin: 'rekor.forge - 12' })).toEqual([])
    expect(codes({ origin: 'rekor.forge - 12', name: 'forge' })).toEqual(refused)
    expect(codes({ hint: Buffer.from('abcd') })).toEqual(refused)
    expect(codes({ lines: (_, own) => own + stranger })).toEqual(refused)
    expect(codes({ lines: () => stranger })).toEqual(refused)
    expect(codes({ lines: (_, own) => own + own })).toEqual([])
  })
})

test('the entry says of which Rekor it is, and not the name in the checkpoint', () => {
  expect(codes({ origin: 'log.forge' })).toEqual(['LOG_ENTRY_INVALID'])
  expect(codes({ origin: 'log.forge', lines: (_, own) => own + stranger })).toEqual(['LOG_ENTRY_INVALID'])
  expect(evaluate(forgeBundleV2({ entry: { origin: 'log.forge - 1' } })).codes).toEqual(['LOG_ENTRY_INVALID'])
})

describe('the checkpoint of a Rekor v2 log', () => {
  const key = generateKeyPairSync('ed25519')
  const listed = { ...key, origin: 'log.forge' }
  const root = trustedRoot({ log: listed })
  const judged = (entry: Partial<EntryWishes>): string[] =>
    evaluate(forgeBundleV2({ entry: { key, ...entry } }), { root }).codes

  test('is signed under the name that the id of the log is made of', () => {
    expect(judged({})).toEqual([])
    const { origin: _, ...unnamed } = listed
    // The very same log as Rekor v1 would have it: the id is of the key alone.
    expect(
      evaluate(forgeBundle({ entry: { key, origin: 'forge - 1' } }), { root: trustedRoot({ log: unnamed }) }).codes,
    ).toEqual([])
    // Everything is right for a log of another name; the trusted root does not name that one.
    expect(judged({ origin: 'other.forge' })).toContain('LOG_MISSING')
    const hint = noteKeyId('log.forge', 1, key)
    expect(judged({ hint, name: 'other.forge' })).toEqual(refused)
    const renamed = forgeBundleV2({ entry: { key, origin: 'other.forge', hint } })
    for (const entry of renamed.verificationMaterial.tlogEntries) entry.logId.keyId = noteKeyId('log.forge', 1, key)
    expect(evaluate(renamed, { root }).codes).toEqual(refused)
  })

  test('may bear lines of others, before and after its own, also under its own name with another hint', () => {
    const rotated = noteLine('log.forge', Buffer.from('abcd'), Buffer.alloc(64))
    for (const lines of [
      (_: string, own: string) => stranger + own,
      (_: string, own: string) => own + rotated + stranger,
    ])
      expect(judged({ lines })).toEqual([])
    expect(judged({ lines: () => stranger + rotated })).toEqual(refused)
  })

  test('with a second line of its own that is wrong is refused', () => {
    const wrong = noteLine('log.forge', noteKeyId('log.forge', 1, key), Buffer.alloc(64))
    expect(judged({ lines: (_, own) => own + wrong })).toEqual(refused)
  })

  test('by a key on P-256 is bound to the key by its hint', () => {
    expect(evaluate(forgeBundleV2()).codes).toEqual([])
    expect(evaluate(forgeBundleV2({ entry: { hint: Buffer.from('abcd') } })).codes).toEqual(refused)
    expect(evaluate(forgeBundleV2({ entry: { name: 'other.forge' } })).codes).toEqual(refused)
    // Signed under another origin altogether: of that the hint says nothing, so the host of the log decides.
    expect(evaluate(forgeBundleV2({ entry: { origin: 'other.forge' } })).codes).toEqual(refused)
  })
})

describe('witnesses', () => {
  const keys = { w1: generateKeyPairSync('ed25519'), w2: generateKeyPairSync('ed25519') }
  const names = ['w1', 'w2'] as const
  const known = names.map((name) => parseWitness(witnessKeyText(`witness.example/${name}`, keys[name])))
  const seen = new Date('2026-06-01T12:00:05Z')
  const seconds = seen.getTime() / 1000
  const line = (name: 'w1' | 'w2', note: string, key = keys[name]): string =>
    cosignatureLine(`witness.example/${name}`, key, note, seconds)
  const both = (note: string, own: string): string => line('w1', note) + own + line('w2', note)
  const wants = (witnesses: number): Policy =>
    keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { witnesses })
  const seenBy = ({ entries }: Evidence): string[] =>
    entries.flatMap(({ cosignatures }) => cosignatures.map(({ witness }) => witness))
  const judged = (lines: EntryWishes['lines'], wanted = 0, witnesses = known): Evaluation =>
    evaluate(forgeBundleV2({ entry: { ...(lines && { lines }) } }), { policy: wants(wanted), witnesses })

  test('that are known are shown with the time at which they saw the tree, and count', () => {
    const { codes: reasons, evidence } = judged(both, 2)
    expect(reasons).toEqual([])
    expect(evidence.entries[0]?.cosignatures).toEqual([
      { witness: 'witness.example/w1', time: seen },
      { witness: 'witness.example/w2', time: seen },
    ])
    expect(evidence.unknown).toEqual([])
  })

  test('too few of them do not satisfy a policy that asks for more, and none is asked for unless said', () => {
    expect(judged(both, 3).codes).toEqual(['WITNESS_MISSING'])
    expect(judged(undefined, 1).codes).toEqual(['WITNESS_MISSING'])
    expect(judged(undefined).codes).toEqual([])
  })

  test('that sign twice count once', () => {
    const twice = judged((note, own) => line('w1', note) + own + line('w1', note), 2)
    expect(twice.codes).toEqual(['WITNESS_MISSING'])
    expect(seenBy(twice.evidence)).toEqual(['witness.example/w1'])
  })

  test('whose keys are not known count for nothing, and are named as that', () => {
    const { codes: reasons, evidence, verdict } = judged(both, 1, [])
    expect(reasons).toEqual(['WITNESS_MISSING'])
    expect(verdict.reasons[0]?.found).toMatch(/witness\.example\/w1/)
    expect(seenBy(evidence)).toEqual([])
    expect(evidence.unknown.map(({ check }) => check)).toEqual(['witness', 'witness'])
    expect(judged(both, 0, []).codes).toEqual([])
  })

  test('are known by name and hint: another key of a known name is unknown, and so is a known key of another name', () => {
    const blob = (name: 'w1' | 'w2', note: string): Buffer =>
      Buffer.from(line(name, note).split(' ')[2] ?? '', 'base64')
    const renamed = (note: string): string => noteLine('witness.example/w2', hintOf('w1'), blob('w1', note).subarray(4))
    const rekeyed = (note: string): string => cosignatureLine('witness.example/w1', keys.w2, note, seconds)
    for (const odd of [renamed, rekeyed]) {
      const { codes: reasons, evidence } = judged((note, own) => own + line('w1', note) + odd(note), 1)
      expect(reasons).toEqual([])
      expect(seenBy(evidence)).toEqual(['witness.example/w1'])
      expect(evidence.unknown.map(({ check }) => check)).toEqual(['witness'])
    }
  })

  test('that are not known are named in short, and with no character that hides', () => {
    const message = (name: string): string | undefined =>
      judged((_, own) => own + noteLine(name, Buffer.from('abcd'), Buffer.alloc(72))).evidence.unknown[0]?.message
    expect(message('n'.repeat(30_000))).toBe(`a signature of ${'n'.repeat(200)}... under the checkpoint of log.forge`)
    expect(message('\u202egpj\u200b')).toBe('a signature of \\u{202e}gpj\\u{200b} under the checkpoint of log.forge')
  })

  test('whose signature is wrong, of another time, of another checkpoint or cut short, spoil the entry', () => {
    const wrong: EntryWishes['lines'][] = [
      (note, own) => own + line('w1', note, keys.w2).replace(/(?<= )\S+$/m, (text) => swapHint(text, 'w1')),
      (note, own) => own + shifted(line('w1', note)),
      (note, own) => own + line('w1', note.replace('\n2\n', '\n3\n')),
      (_, own) => own + noteLine('witness.example/w1', hintOf('w1'), Buffer.alloc(71)),
      (_, own) => own + noteLine('witness.example/w1', hintOf('w1'), Buffer.alloc(72, 255)),
    ]
    for (const lines of wrong) expect(judged(lines).codes).toEqual(refused)
    // Nobody knows the witness: then it is a line of a stranger, and says nothing.
    for (const lines of wrong) expect(judged(lines, 0, []).codes).toEqual([])
  })

  test('of two entries do not add up to a quorum: it must be of one tree', () => {
    const second = ec()
    const certificate = leaf()
    const signature = signatureOf(forgeBundleV2({ leaf: certificate }))
    const logged = (entry: Partial<EntryWishes>): Bundle => forgeBundleV2({ leaf: certificate, signature, entry })
    const bundle = logged({ lines: (note, own) => own + line('w1', note) })
    const again = logged({ key: second, lines: (note, own) => own + line('w2', note) })
    bundle.verificationMaterial.tlogEntries.push(...again.verificationMaterial.tlogEntries)
    const logs = [undefined, second].flatMap((log) => trustedRoot(log && { log }).transparencyLogs)
    const circumstances = { root: { ...trustedRoot(), transparencyLogs: logs }, witnesses: known }
    expect(evaluate(bundle, { ...circumstances, policy: wants(1) }).codes).toEqual([])
    const { codes: reasons, evidence } = evaluate(bundle, { ...circumstances, policy: wants(2) })
    expect(reasons).toEqual(['WITNESS_MISSING'])
    expect(seenBy(evidence)).toEqual(['witness.example/w1', 'witness.example/w2'])
  })

  const hintOf = (name: 'w1' | 'w2'): Buffer => noteKeyId(`witness.example/${name}`, 4, keys[name]).subarray(0, 4)
  const swapHint = (text: string, name: 'w1' | 'w2'): string =>
    Buffer.concat([hintOf(name), Buffer.from(text, 'base64').subarray(4)]).toString('base64')
  const shifted = (text: string): string => {
    const [dash = '', name = '', blob = ''] = text.trim().split(' ')
    const bytes = Buffer.from(blob, 'base64')
    bytes[11] = (bytes[11] ?? 0) ^ 1
    return `${dash} ${name} ${bytes.toString('base64')}\n`
  }
})
