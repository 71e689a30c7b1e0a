// Key files: each of the two reads what the other wrote.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { missing } from '../src/peers.ts'
import { openWorkbench } from './command.ts'
import { noServices } from './keys.ts'
import { directions } from './parties.ts'

const bench = openWorkbench()

const password = { COSIGN_PASSWORD: 'correct horse, ünïcode' }

/** Each kind of key in each form that people have it in. */
const foreign: readonly (readonly [name: string, make: () => KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1'])[] = [
  ['P-256 in PKCS#8', () => ec('P-256'), 'pkcs8'],
  ['P-256 in SEC1', () => ec('P-256'), 'sec1'],
  ['P-384 in PKCS#8', () => ec('P-384'), 'pkcs8'],
  ['P-384 in SEC1', () => ec('P-384'), 'sec1'],
  ['P-521 in PKCS#8', () => ec('P-521'), 'pkcs8'],
  ['P-521 in SEC1', () => ec('P-521'), 'sec1'],
  ['Ed25519 in PKCS#8', () => generateKeyPairSync('ed25519').privateKey, 'pkcs8'],
  ['RSA 2048 in PKCS#1', () => rsa(2048), 'pkcs1'],
  ['RSA 3072 in PKCS#8', () => rsa(3072), 'pkcs8'],
  ['RSA 4096 in PKCS#1', () => rsa(4096), 'pkcs1'],
]

function ec(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey
}
function rsa(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey
}
function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
}

describe.skipIf(missing('cosign').length > 0).each(directions)('%s writes, %s reads', (writer, reader) => {
  const name = (label: string): string => `${writer}-${label.replaceAll(/\W+/g, '-').toLowerCase()}`

  test.each(foreign)('an imported key, %s', async (label, make, type) => {
    const prefix = name(label)
    const key = make()
    bench.put(`${prefix}.pem`, key.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }))
    const wanted = publicPem(key)
    const imported = await bench.use(writer, ['import-key-pair', '-k', `${prefix}.pem`, '-o', prefix], password)
    expect(imported).toMatchObject({ code: 0 })
    expect(bench.read(`${prefix}.pub`)).toBe(wanted)
    const read = await bench.use(reader, ['public-key', '--key', `${prefix}.key`], password)
    expect(read).toMatchObject({ code: 0, stdout: wanted })
  })

  test('a generated key pair: the same public key, the same hint, and what one signs with it the other verifies', async () => {
    const prefix = name('generated')
    await bench.use(writer, ['generate-key-pair', '--output-key-prefix', prefix], password)
    const read = await bench.use(reader, ['public-key', '--key', `${prefix}.key`], password)
    expect(read).toMatchObject({ code: 0, stdout: bench.read(`${prefix}.pub`) })
    bench.put('a.txt', 'a')
    bench.put('none.json', noServices)
    const hints = new Set<string>()
    for (const [signer, verifier] of [
      [writer, reader],
      [reader, writer],
    ] as const) {
      const bundle = ['--bundle', `${prefix}.json`]
      const sign = ['sign-blob', '--key', `${prefix}.key`, '--signing-config', 'none.json', ...bundle, 'a.txt']
      expect(await bench.use(signer, sign, password)).toMatchObject({ code: 0 })
      const verify = ['verify-blob', '--key', `${prefix}.pub`, '--insecure-ignore-tlog', ...bundle, 'a.txt']
      expect((await bench.use(verifier, verify)).stderr).toContain('Verified OK')
      const { verificationMaterial } = JSON.parse(bench.read(`${prefix}.json`)) as {
        verificationMaterial: { publicKey: { hint: string } }
      }
      hints.add(verificationMaterial.publicKey.hint)
    }
    expect(hints.size).toBe(1)
  })

  test('a key pair with an empty password', async () => {
    const prefix = name('empty')
    const env = { COSIGN_PASSWORD: '' }
    await bench.use(writer, ['generate-key-pair', '--output-key-prefix', prefix], env)
    const read = await bench.use(reader, ['public-key', '--key', `${prefix}.key`], env)
    expect(read).toMatchObject({ code: 0, stdout: bench.read(`${prefix}.pub`) })
  })

  test('a wrong password opens nothing', async () => {
    const prefix = name('guarded')
    await bench.use(writer, ['generate-key-pair', '--output-key-prefix', prefix], password)
    const read = await bench.use(reader, ['public-key', '--key', `${prefix}.key`], { COSIGN_PASSWORD: 'wrong' })
    expect(read.code).toBe(1)
    expect(read.stdout).toBe('')
  })

  test('a key from the environment, with CRLF line ends', async () => {
    const prefix = name('crlf')
    await bench.use(writer, ['generate-key-pair', '--output-key-prefix', prefix], password)
    const env = { ...password, SIGNING_KEY: bench.read(`${prefix}.key`).replaceAll('\n', '\r\n') }
    const read = await bench.use(reader, ['public-key', '--key', 'env://SIGNING_KEY'], env)
    expect(read).toMatchObject({ code: 0, stdout: bench.read(`${prefix}.pub`) })
  })
})
