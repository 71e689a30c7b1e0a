// The second door, for those who sign or read keys from where they are kept: the Signer interface, private keys in cosign's
// files and in PEM, key references (a path, env://VARIABLE, the URI of a key store), secrets. reference.ts and pair.ts read
// and write key files. Specs: RFC 5208/5958 (PKCS#8), RFC 5915 (SEC1), RFC 8017 (PKCS#1), RFC 7914 (scrypt).

export { type Content } from './content.ts'
export { decryptPrivateKey, encryptPrivateKey } from './cosign.ts'
export { importPrivateKey } from './import.ts'
export { type KeyPair, writeKeyPair } from './pair.ts'
export { type KeyOptions, loadPrivateKey, loadPublicKey, loadSigner, readKeyFile } from './reference.ts'
export { Secret } from './secret.ts'
export { generateSigner, localSigner, type Signed, type Signer } from './signer.ts'
