import { numberFor, type Claims } from './made-up.ts'

/** A person who logged in at one of the providers Sigstore federates. */
export interface EmailIdentity {
  readonly kind: 'email'
  readonly email: string
  /** where the person logged in; GitHub when left out */
  readonly issuer?: 'github' | 'google' | 'microsoft' | 'gitlab'
}

/** The `connector_id` of Sigstore's own login service, which its CA writes into the certificate as the issuer. */
const CONNECTORS = {
  github: 'https://github.com/login/oauth',
  google: 'https://accounts.google.com',
  microsoft: 'https://login.microsoftonline.com',
  gitlab: 'https://gitlab.com',
} as const

export function emailClaims(identity: EmailIdentity): Claims {
  const connector = CONNECTORS[identity.issuer ?? 'github']
  const user = numberFor(identity.email)
  return {
    sub: Buffer.from(`${user} ${connector}`).toString('base64url'),
    email: identity.email,
    email_verified: true,
    federated_claims: { connector_id: connector, user_id: user },
  }
}
