// Who signs: identity tokens (OpenID Connect ID tokens, OIDC Core section 2) from an option, the environment, a file or a CI
// service. A token is only read here, never verified: that is the certificate authority's work (fulcio/). Not here: the
// certificate made from it (fulcio/), whether an identity is acceptable (policy/).

export { findIdentity, type FindOptions } from './find.ts'
export { explainNoIdentity } from './explain.ts'
export { type IdentityToken, parseIdentityToken } from './token.ts'
