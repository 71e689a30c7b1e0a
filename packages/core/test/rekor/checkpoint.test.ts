import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSealwaxError } from '../../src/errors.ts'
import type { LogKey } from '../../src/fulcio/index.ts'
import { parseCheckpoint, verifyCheckpoint } from '../../src/rekor/index.ts'
import { date } from '../forge/certificate.ts'
import { noteKeyId } from '../forge/log.ts'

const ed25519 = generateKeyPairSync('ed25519')
const hint = noteKeyId('log.example/origin', 1, ed25519).subarray(0, 4)
const log: LogKey = {
  url: 'https://log.example',
  id: 'aWQ=',
  checkpointHint: hint,
  key: ed25519.publicKey,
  hash: undefined,
  validFor: { start: date('2026-01-01') },
}
const root = Buffer.alloc(32, 7).toString('base64')
const body = `log.example/origin\n5\n${root}\n`
const line = (name: string, signature: Buffer, keyHint = hint): string =>
  `\u2014 ${name} ${Buffer.concat([keyHint, signature]).toString('base64')}\n`
const signature = sign(null, Buffer.from(body), ed25519.privateKey)
const good = `${body}\n${line('log.example/origin', signature)}`
const verifies = (text: string): boolean => verifyCheckpoint(parseCheckpoint(text), log, 2)
const invalid = expect.objectContaining({ code: 'ENTRY_INVALID' })

test('a checkpoint is read and verified', () => {
  expect(parseCheckpoint(good)).toMatchObject({ origin: 'log.example/origin', size: 5n, root: Buffer.alloc(32, 7) })
  expect(verifies(good)).toBe(true)
})

describe('the signature of the log', () => {
  test('is found among those of witnesses, wherever it stands', () => {
    const witness = line('witness.example', Buffer.alloc(72), Buffer.from('abcd'))
    expect(verifies(`${body}\n${witness}${line('log.example/origin', signature)}${witness}`)).toBe(true)
    expect(verifies(`${body}\n${witness}`)).toBe(false)
  })

  test('is found when another key of the same name signed too', () => {
    const other = line('log.example/origin', Buffer.alloc(64), Buffer.from('abcd'))
    expect(verifies(`${body}\n${other}${line('log.example/origin', signature)}`)).toBe(true)
  })

  test('does not count under another name or another hint', () => {
    expect(verifies(`${body}\n${line('other.example', signature)}`)).toBe(false)
    expect(verifies(`${body}\n${line('log.example/origin', signature, Buffer.from('abcd'))}`)).toBe(false)
  })

  test('must be right on every line that claims to be the log', () => {
    const wrong = line('log.example/origin', Buffer.alloc(64))
    const own = line('log.example/origin', signature)
    expect(verifies(`${body}\n${own}${own}`)).toBe(true)
    expect(verifies(`${body}\n${own}${wrong}`)).toBe(false)
    expect(verifies(`${body}\n${wrong}${own}`)).toBe(false)
  })

  test('covers the extension lines, which mean nothing here', () => {
    const extended = `${body}an extension\n`
    const own = line('log.example/origin', sign(null, Buffer.from(extended), ed25519.privateKey))
    expect(verifies(`${extended}\n${own}`)).toBe(true)
    expect(verifies(`${body}another extension\n\n${own}`)).toBe(false)
    expect(verifies(`${body}\n${own}`)).toBe(false)
  })

  test('of an Ed25519 key is bound to the name: the same key is another log under another name', () => {
    const renamed = body.replace('log.example/origin', 'log.example/other')
    const again = sign(null, Buffer.from(renamed), ed25519.privateKey)
    expect(verifies(`${renamed}\n${line('log.example/other', again)}`)).toBe(false)
    const own = noteKeyId('log.example/other', 1, ed25519).subarray(0, 4)
    expect(verifies(`${renamed}\n${line('log.example/other', again, own)}`)).toBe(false)
  })

  test.each([
    ['ECDSA', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ])('of an %s key, whose hint names no origin, counts for the host of the log alone', (_, key) => {
    const spki = key.publicKey.export({ type: 'spki', format: 'der' })
    const checkpointHint = createHash('sha256').update(spki).digest().subarray(0, 4)
    const judged = (origin: string, url: string): boolean => {
      const text = `${origin}\n5\n${root}\n`
      const own = line('log.example', sign('sha256', Buffer.from(text), key.privateKey), checkpointHint)
      const by: LogKey = { ...log, url, key: key.publicKey, hash: 'sha256', checkpointHint }
      return verifyCheckpoint(parseCheckpoint(`${text}\n${own}`), by, 2)
    }
    expect(judged('log.example', 'https://log.example:3000/path')).toBe(true)
    for (const url of ['https://other.example', 'https://log.example.org', 'log.example', ''])
      expect(judged('log.example', url)).toBe(false)
    expect(judged('log.example - 1', 'https://log.example')).toBe(false)
  })

  test('covers every byte above it', () => {
    for (let at = 0; at < body.length; at++) {
      const text = Buffer.from(good)
      text[at] = (text[at] ?? 0) ^ 1
      try {
        expect(verifies(text.toString('latin1').replace('â\u0080\u0094', '\u2014'))).toBe(false)
      } catch (error) {
        expect(isSealwaxError(error)).toBe(true)
      }
    }
  })
})

describe('a checkpoint of Rekor v1', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = key.publicKey.export({ type: 'spki', format: 'der' })
  const id = createHash('sha256').update(spki).digest().subarray(0, 4)
  const v1: LogKey = { ...log, key: key.publicKey, hash: 'sha256', checkpointHint: id }
  const text = `rekor.example - 42\n5\n${root}\nTimestamp: 1\n`
  const own = (name = 'rekor.example', keyHint = id): string =>
    line(name, sign('sha256', Buffer.from(text), key.privateKey), keyHint)
  const isGood = (lines: string, by = v1): boolean => verifyCheckpoint(parseCheckpoint(`${text}\n${lines}`), by, 1)

  test('is signed under the name without the number of the tree', () => {
    expect(isGood(own())).toBe(true)
    for (const name of ['rekor.example-42', 'rekor', 'rekor.example.org']) expect(isGood(own(name))).toBe(false)
  })

  test('bears no line of anybody else', () => {
    const stranger = line('witness.example', Buffer.alloc(72), Buffer.from('abcd'))
    expect(isGood(own() + stranger)).toBe(false)
    expect(isGood(own() + own('rekor.example', Buffer.from('abcd')))).toBe(false)
  })

  test('is one by the kind of the entry and not by its text', () => {
    const plain = `rekor.example\n5\n${root}\n`
    const line1 = line('rekor.example', sign('sha256', Buffer.from(plain), key.privateKey), id)
    const unnumbered = parseCheckpoint(`${plain}\n${line1}`)
    const host: LogKey = { ...v1, url: 'https://rekor.example' }
    expect(verifyCheckpoint(unnumbered, host, 1)).toBe(false)
    expect(verifyCheckpoint(unnumbered, host, 2)).toBe(true)
    expect(verifyCheckpoint(parseCheckpoint(`${text}\n${own()}`), host, 2)).toBe(false)
  })

  test('names the key by a hint that the key makes, whatever the trusted root says', () => {
    const other = Buffer.from('abcd')
    expect(isGood(own('rekor.example', other))).toBe(false)
    expect(isGood(own('rekor.example', other), { ...v1, checkpointHint: other })).toBe(false)
  })
})

test('the name on a line has no white space of Unicode, and any other character', () => {
  const named = (name: string) => () => parseCheckpoint(`${body}\n${line(name, signature)}`)
  for (const name of ['x\u0085y', 'x\u00a0y', 'x\u2003y', 'x\u2028y']) expect(named(name)).toThrow(invalid)
  for (const name of ['x\ufeffy', 'x\u200by']) expect(named(name)().signatures[0]?.name).toBe(name)
})

describe('a checkpoint is refused', () => {
  test.each([
    ['empty', ''],
    ['without signatures', `${body}\n`],
    ['without the empty line', `${body}${line('log.example/origin', signature)}`],
    ['without a name', `\n5\n${root}\n\n${line('x', signature)}`],
    ['without a size', `origin\n${root}\n\n${line('x', signature)}`],
    ['with a negative size', `origin\n-5\n${root}\n\n${line('x', signature)}`],
    ['with a root that is not base64', `origin\n5\n!\n\n${line('x', signature)}`],
    ['with a hyphen for the dash', good.replace('\u2014', '-')],
    ['with a control character', good.replace('origin', 'ori\tgin')],
    ['with carriage returns', good.replaceAll('\n', '\r\n')],
    ['with half of a surrogate pair', good.replace('origin', 'ori\ud800gin')],
    ['with an empty line among the extensions', `${body}\nmore\n\n${line('x', signature)}`],
    ['with a plus in a name', `${body}\n${line('a+b', signature)}`],
    ['with a signature that is too short', `${body}\n${line('x', Buffer.of())}`],
    ['cut off in the last line', good.trimEnd()],
    ['with a hundred and one signatures', `${body}\n${line('x', signature).repeat(101)}`],
    ['of a hundred thousand characters', `${'x'.repeat(100_000)}${good}`],
  ])('%s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(invalid)
  })

  test('or read, whatever the text, and nothing else happens', () => {
    const piece = fc.constantFrom('\n', '\n\n', '\u2014 ', 'log ', '5', root, 'AAAAAAAA', ' ')
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
        try {
          verifies(pieces.join(''))
        } catch (error) {
          expect(isSealwaxError(error)).toBe(true)
        }
      }),
      { numRuns: 2000, seed: 1 },
    )
  })
})
