// Keys and certificates for the real services, made by OpenSSL: nothing of ours has a hand in what ours is held against.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const certificateAuthority = 'basicConstraints=critical,CA:true'
const keyUsage = 'keyUsage=critical,keyCertSign,cRLSign'
const identifiers = 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid'

/**
 * Everything below `directory`: fulcio-chain.pem, fulcio.key (encrypted, password "stack"), tsa-chain.pem, tsa.key, ct.{key,pub,der},
 * rekor.{key,pub}, rekor2.{key,pub}.
 */
export function makeKeys(directory: string): void {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  }
  const key = (name: string, curve: string): void =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-out', `${name}.key`)
  const certify = (name: string, issuer: string | undefined, ...extensions: string[]): void => {
    key(name, 'secp384r1')
    writeFileSync(join(directory, `${name}.ext`), extensions.join('\n'))
    openssl('req', '-new', '-key', `${name}.key`, '-subj', `/O=peers.example/CN=${name}`, '-out', `${name}.csr`)
    const by = issuer
      ? ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial']
      : ['-signkey', `${name}.key`]
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-sha384',
      '-days',
      '3000',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    )
  }
  const chain = (name: string, ...members: string[]): void =>
    writeFileSync(
      join(directory, name),
      members.map((member) => readFileSync(join(directory, `${member}.pem`), 'utf8')).join(''),
    )

  certify('fulcio-root', undefined, `${certificateAuthority},pathlen:1`, keyUsage, 'subjectKeyIdentifier=hash')
  certify(
    'fulcio-ca',
    'fulcio-root',
    `${certificateAuthority},pathlen:0`,
    keyUsage,
    'extendedKeyUsage=codeSigning',
    identifiers,
  )
  chain('fulcio-chain.pem', 'fulcio-ca', 'fulcio-root')
  openssl(
    'pkcs8',
    '-topk8',
    '-in',
    'fulcio-ca.key',
    '-v2',
    'aes-256-cbc',
    '-passout',
    'pass:stack',
    '-out',
    'fulcio.key',
  )

  certify('tsa-root', undefined, `${certificateAuthority},pathlen:1`, keyUsage, 'subjectKeyIdentifier=hash')
  certify(
    'tsa-ca',
    'tsa-root',
    `${certificateAuthority},pathlen:0`,
    keyUsage,
    'extendedKeyUsage=timeStamping',
    identifiers,
  )
  certify('tsa', 'tsa-ca', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=critical,timeStamping', identifiers)
  chain('tsa-chain.pem', 'tsa', 'tsa-ca', 'tsa-root')

  key('ct', 'prime256v1')
  key('rekor', 'prime256v1')
  openssl('genpkey', '-algorithm', 'ed25519', '-out', 'rekor2.key')
  for (const name of ['ct', 'rekor', 'rekor2']) openssl('pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`)
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'ct.key', '-outform', 'DER', '-out', 'ct.der')
}
