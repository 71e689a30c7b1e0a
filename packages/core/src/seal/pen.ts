import { SealwaxError } from '../errors.ts'
import { generateSigner, type Signer } from '../keys/signing.ts'
import { type CertificateSource, openCertificates } from './certificates.ts'
import type { SelectedServices } from '../trust/index.ts'
import type { SealerOptions } from './options.ts'

/** Who signs, and by what others will know it. */
export interface Pen {
  readonly signer: Signer
  readonly certificates: CertificateSource | undefined
}

/** @throws SealwaxError `USAGE`, `SIGNING_CONFIG_INVALID`, `TRUST_INVALID` when the options do not go together */
export function penOf(options: SealerOptions): Pen {
  const { signer, identity, services, trustedRoot } = options
  const isOffline = !identity && services.logs.length === 0 && services.timestampAuthorities.length === 0
  if (!trustedRoot && !isOffline)
    throw new SealwaxError('TRUST_INVALID', "signing needs a trusted root to check the services' answers", {
      expected:
        'a trusted root; only signing by key with a signing config without log and timestamp authority goes without',
    })
  if (!identity) {
    if (signer) return { signer, certificates: undefined }
    throw new SealwaxError('USAGE', 'nobody to sign', { expected: 'a key or an identity', found: 'neither' })
  }
  if (!services.fulcio || !trustedRoot)
    throw new SealwaxError('SIGNING_CONFIG_INVALID', 'signing with an identity needs a certificate authority', {
      expected: 'a signing config with `caUrls`',
      found: 'none',
    })
  requireTime(services)
  const holder = signer ?? generateSigner()
  const parts = { identity, signer: holder, url: services.fulcio.url, trustedRoot }
  return { signer: holder, certificates: openCertificates(parts, options) }
}

/**
 * A certificate lives for ten minutes, so somebody must witness when the signature was made. Found out before a certificate
 * is asked for: it would name the signer in a public log, for a bundle that nobody accepts.
 */
function requireTime({ logs, timestampAuthorities }: SelectedServices): void {
  if (timestampAuthorities.length > 0 || logs.some(({ version }) => version === 1)) return
  const isVersion2 = logs.length > 0
  throw new SealwaxError('SIGNING_CONFIG_INVALID', 'signing with an identity needs somebody who tells the time', {
    expected: isVersion2
      ? 'a timestamp authority (`tsaUrls`) beside a Rekor log of API version 2, whose entries bear no time'
      : 'a timestamp authority (`tsaUrls`) or a Rekor log of API version 1',
    found: isVersion2 ? 'only the log' : 'neither',
    hint: 'without a time nobody could tell whether the certificate was valid when it signed; nothing was published',
  })
}
