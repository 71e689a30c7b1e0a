import type { KeyObject } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import type { KeyOptions } from './reference.ts'
import type { Signer } from './signer.ts'

/** What a package for a key store (`@sealwax/kms-...`) exports. The private key stays in the store. */
export interface KeyStore {
  openSigner(reference: string, options: KeyOptions): Promise<Signer>
  openPublicKey(reference: string, options: KeyOptions): Promise<KeyObject>
}

// cosign's schemes. `pkcs11:` is an RFC 7512 URI, without slashes.
const packages: Readonly<Record<string, string>> = {
  'awskms://': '@sealwax/kms-aws',
  'gcpkms://': '@sealwax/kms-gcp',
  'azurekms://': '@sealwax/kms-azure',
  'hashivault://': '@sealwax/kms-vault',
  'openbao://': '@sealwax/kms-vault',
  'k8s://': '@sealwax/kms-k8s',
  'pkcs11:': '@sealwax/kms-pkcs11',
}

/**
 * The key store that a key reference names; `undefined` for a path and for env://. Cloud SDKs are installed by those who
 * use them, and loaded only then.
 * @throws SealwaxError `KEY_STORE_MISSING` when its package is not installed, `KEY_UNSUPPORTED` for an unknown scheme
 */
export async function findKeyStore(reference: string): Promise<KeyStore | undefined> {
  const scheme = /^(?:[a-z][a-z0-9+.-]+:\/\/|pkcs11:)/i.exec(reference)?.[0].toLowerCase()
  if (scheme === undefined || scheme === 'env://') return undefined
  const name = packages[scheme]
  if (name === undefined) throw unknownScheme(scheme)
  try {
    const store: KeyStore = await import(name)
    return store
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause
    throw new SealwaxError('KEY_STORE_MISSING', `keys of ${scheme} need the package ${name}`, {
      expected: `${name} beside @sealwax/core`,
      found: 'it is not installed',
      hint: `npm install --save-dev ${name}`,
    })
  }
}

// A store that is there but lacks a part of its own must not read as "not installed".
function isMissing(error: unknown, name: string): boolean {
  const isNotFound = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
  return isNotFound && error.message.includes(`'${name}'`)
}

function unknownScheme(scheme: string): SealwaxError {
  return new SealwaxError('KEY_UNSUPPORTED', `keys of ${scheme} cannot be read`, {
    expected: `a path, env://VARIABLE, or one of ${Object.keys(packages).join(', ')}`,
    found: scheme,
    hint: 'put the key into a file or a variable of the environment',
  })
}
