import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSealwaxError } from '../../src/errors.ts'
import { parseWitness } from '../../src/rekor/index.ts'
import { noteKeyId, witnessKeyText } from '../forge/log.ts'

const key = generateKeyPairSync('ed25519')
const text = witnessKeyText('witness.example/w1', key)
const invalid = expect.objectContaining({ code: 'TRUST_INVALID' })

describe("a witness's key", () => {
  test('is read from its published text', () => {
    const witness = parseWitness(text)
    expect(witness).toMatchObject({
      name: 'witness.example/w1',
      hint: noteKeyId('witness.example/w1', 4, key).subarray(0, 4),
    })
    expect(witness.key.equals(key.publicKey)).toBe(true)
  })

  test.each([
    ['for plain notes and not for cosignatures', witnessKeyText('witness.example/w1', key, 1)],
    ['with the id of another name', text.replace('w1', 'w2')],
    ['with another id', text.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['without a name', text.slice('witness.example/w1'.length)],
    ['with a space in the name', text.replace('/', ' ')],
    ['cut off', text.slice(0, -4)],
    ['with a character more', `${text}A`],
    ['empty', ''],
  ])('%s is refused', (_, wrong) => {
    expect(() => parseWitness(wrong)).toThrow(invalid)
  })

  test('that is rather a private key is not repeated', () => {
    const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    for (const secret of [pem, pem.split('\n')[1] ?? '', `witness.example/w1+00000000+${'s'.repeat(44)}`])
      try {
        expect(parseWitness(secret)).toBe('refused')
      } catch (error) {
        const said = inspect(error)
        expect(said).toContain(`${secret.length} characters`)
        expect(said).not.toContain(secret.slice(-20))
        expect(said).not.toMatch(/BEGIN|MC4CAQ|sssss/)
      }
  })

  test('has a name without white space of Unicode', () => {
    expect(parseWitness(witnessKeyText('x\ufeffy', key)).name).toBe('x\ufeffy')
    for (const space of ['\u0085', '\u00a0', '\u2003'])
      expect(() => parseWitness(witnessKeyText(`x${space}y`, key))).toThrow(invalid)
  })

  test('is read or refused, whatever the text, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 5 }), fc.nat(5), (at, insert, remove) => {
        try {
          parseWitness(text.slice(0, at) + insert + text.slice(at + remove))
        } catch (error) {
          expect(isSealwaxError(error)).toBe(true)
        }
      }),
      { numRuns: 1000, seed: 1 },
    )
  })
})
