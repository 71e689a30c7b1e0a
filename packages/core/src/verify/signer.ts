import type { KeyObject } from 'node:crypto'
import type { Bundle } from '../bundle/index.ts'
import { SealwaxError } from '../errors.ts'
import { type Certificate, recallCertificate } from '../fulcio/index.ts'
import { type Algorithm, algorithmOf, publicKeyDer, publicKeyHint, publicKeyPem } from '../keys/index.ts'
import type { EvidenceSigner } from './evidence.ts'
import type { Findings } from './findings.ts'
import type { Trust } from './verify.ts'

/** Who is said to have signed, and the key to check that with; without the key nothing can be checked. */
export interface ResolvedSigner {
  readonly evidence: EvidenceSigner
  readonly key?: { readonly key: KeyObject; readonly algorithm: Algorithm; /** DER */ readonly logged: Buffer }
  readonly certificate?: Certificate
}

/** Finds out who is said to have signed; what stands in the way of that is a failure. */
export function resolveSigner(bundle: Bundle, trust: Trust, findings: Findings): ResolvedSigner {
  const { content } = bundle.verificationMaterial
  switch (content.$case) {
    case 'publicKey':
      return byKey(content.publicKey.hint, trust.key, findings)
    case 'certificate':
      return byCertificate(content.certificate.rawBytes, trust, findings)
    case 'x509CertificateChain':
      // Only the leaf: intermediates are taken from the trusted root, as sigstore-go does.
      return byCertificate(content.x509CertificateChain.certificates[0]?.rawBytes ?? Buffer.of(), trust, findings)
  }
}

function byKey(hint: string, key: KeyObject | undefined, findings: Findings): ResolvedSigner {
  if (key === undefined) {
    findings.fail(
      'signature',
      'KEY_MISSING',
      'the bundle is signed with a key, and no key was given to check it with',
      {
        expected: `the public key with the hint ${JSON.stringify(hint.slice(0, 100))}`,
      },
    )
    return { evidence: { kind: 'key', hint: '', pem: undefined } }
  }
  // Not the bundle's hint: nobody signed that, and verifiers look past it.
  const evidence: EvidenceSigner = { kind: 'key', hint: publicKeyHint(key), pem: publicKeyPem(key) }
  const algorithm = findings.attempt('signature', 'KEY_UNSUPPORTED', () => algorithmOf(key))
  if (algorithm === undefined) return { evidence }
  return { evidence, key: { key, algorithm, logged: publicKeyDer(key) } }
}

function byCertificate(der: Buffer, trust: Trust, findings: Findings): ResolvedSigner {
  const read = findings.attempt('signature', 'CERTIFICATE_INVALID', () => {
    const certificate = recallCertificate(der)
    return { certificate, evidence: describe(certificate) }
  })
  if (read === undefined) return { evidence: { kind: 'unknown' } }
  const { certificate, evidence } = read
  // A key means that key and no other: any Fulcio certificate would pass where the key is just not looked at.
  if (trust.key !== undefined) {
    findings.fail(
      'signature',
      'KEY_EXPECTED',
      'the bundle is signed with a certificate, not with the key that was given',
    )
    return { evidence }
  }
  const algorithm = findings.attempt('signature', 'KEY_UNSUPPORTED', () => algorithmOf(certificate.publicKey))
  if (algorithm === undefined) return { evidence, certificate }
  return { evidence, certificate, key: { key: certificate.publicKey, algorithm, logged: certificate.der } }
}

function describe(certificate: Certificate): EvidenceSigner {
  const [name, ...others] = certificate.subjectAlternativeNames
  // With two names a verifier could look at one and a reader at the other.
  if (name === undefined || name.type === 'other' || others.length > 0)
    throw new SealwaxError('CERTIFICATE_INVALID', 'the certificate does not name one identity', {
      expected: 'one subject alternative name: an e-mail address, a URI or a user name',
      found: `${certificate.subjectAlternativeNames.length} names`,
    })
  // Copies: the certificate is met again, and whoever gets the evidence may change it.
  return {
    kind: 'certificate',
    subjectAlternativeName: { ...name },
    issuer: certificate.fulcio.issuer,
    extensions: { ...certificate.fulcio },
    notBefore: new Date(certificate.notBefore),
    notAfter: new Date(certificate.notAfter),
    serial: certificate.serial,
  }
}
