// Key files for the tests, without a password's half second of stretching on our side: made in this process, all at once.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { encryptPrivateKey, publicKeyPem, Secret } from '@sealwax/core'
import type { Environment, Workbench } from './command.ts'

const kinds = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
  'RSA-2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA-3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
  'RSA-4096': () => generateKeyPairSync('rsa', { modulusLength: 4096 }),
}

export type Kind = keyof typeof kinds
export const allKinds: readonly Kind[] = Object.keys(kinds) as Kind[]

/** The password of all of them. */
export const noPassword: Environment = { COSIGN_PASSWORD: '' }

/** Writes KIND.key and KIND.pub for each kind. */
export async function putKeys(bench: Workbench, wanted: readonly Kind[] = allKinds): Promise<void> {
  const write = async (kind: Kind, privateKey: KeyObject, publicKey: KeyObject): Promise<void> => {
    bench.put(`${kind}.key`, await encryptPrivateKey(privateKey, new Secret('')))
    bench.put(`${kind}.pub`, publicKeyPem(publicKey))
  }
  await Promise.all(
    wanted.map((kind) => {
      const { privateKey, publicKey } = kinds[kind]()
      return write(kind, privateKey, publicKey)
    }),
  )
}

/** A signing config that names no service: what is signed with it is in no log. As `cosign signing-config create` writes it. */
export const noServices: string = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  rekorTlogConfig: {},
  tsaConfig: {},
})
