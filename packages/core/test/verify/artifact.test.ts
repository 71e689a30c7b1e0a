import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { algorithmOf } from '../../src/keys/index.ts'
import { contentArtifact, digestArtifact } from '../../src/verify/index.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const algorithm = algorithmOf(publicKey)

test('content is read once for the signature and its digest, in one reused buffer', () => {
  let readings = 0
  const chunks = function* (): Generator<Uint8Array> {
    readings++
    const buffer = Buffer.alloc(4)
    for (let at = 0; at < 1000; at++) {
      buffer.writeUInt32BE(at)
      yield buffer
    }
  }
  const whole = Buffer.concat(
    [...chunks()].map(() => Buffer.alloc(4)).map((buffer, at) => (buffer.writeUInt32BE(at), buffer)),
  )
  readings = 0
  const artifact = contentArtifact(chunks)
  expect(artifact.verify(algorithm, publicKey, sign('sha256', whole, privateKey))).toBe(true)
  expect(artifact.digest('sha256')).toEqual(hash('sha256', whole, 'buffer'))
  expect(readings).toBe(1)
  expect(artifact.digest('sha512')).toEqual(hash('sha512', whole, 'buffer'))
  expect(artifact.digest('sha512')).toEqual(hash('sha512', whole, 'buffer'))
  expect(readings).toBe(2)
})

test('a digest knows no other hash, and verifies no signature over one', async () => {
  const content = Buffer.from('content')
  const artifact = await digestArtifact('sha256', hash('sha256', content, 'buffer'))
  const other = await digestArtifact('sha512', hash('sha512', content, 'buffer'))
  const signature = sign('sha256', content, privateKey)
  expect(artifact.verify(algorithm, publicKey, signature)).toBe(true)
  expect(artifact.verify(algorithm, publicKey, sign('sha256', Buffer.from('other'), privateKey))).toBe(false)
  expect(artifact.digest('sha512')).toBeUndefined()
  expect(other.verify(algorithm, publicKey, signature)).toBe(false)
})
