// What a certificate holds, by OpenSSL: nothing of ours has a hand in it.
import { execFileSync } from 'node:child_process'

/** The certificate of a bundle, DER. */
export function certificateOf(bundle: string): Buffer {
  const { verificationMaterial } = JSON.parse(bundle) as {
    verificationMaterial: { certificate: { rawBytes: string } }
  }
  return Buffer.from(verificationMaterial.certificate.rawBytes, 'base64')
}

/** The extensions in their order, by OpenSSL's name or the object identifier; critical ones say so. */
export function extensionsOf(certificate: Buffer): string[] {
  const lines = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], {
    input: certificate,
    encoding: 'utf8',
  }).split('\n')
  const start = lines.findIndex((line) => /d=2 .*cont \[ 3 \]/.test(line))
  const found: string[] = []
  for (const line of lines.slice(start)) {
    const [, name] = /d=5 .*OBJECT +:(.*)/.exec(line) ?? []
    if (name !== undefined) found.push(name)
    else if (/d=5 .*BOOLEAN +:(?:255|TRUE)/.test(line)) found.push(`${found.pop()}, critical`)
  }
  return found
}
