import type { CtLog } from '../ctlog.ts'
import { asBase64, asObject, asText, json, readJson, type Answer, type Call, type Service } from '../http/service.ts'
import { GITHUB_ISSUER, GITLAB_ISSUER, type Claims, type Mint } from '../identity/index.ts'
import { toPem, type Authority } from '../pki/index.ts'
import { issueCertificate } from './certificate.ts'
import { checkPossession, readSubjectKey } from './possession.ts'
import { principalOf, refuse } from './principal.ts'

/** Tokens of real issuers are below 4 KB. */
const MAX_TOKEN_CHARACTERS = 16 * 1024

/** Fulcio's HTTP interface, version 2 (fulcio.proto): certificates, the chain, the issuers it believes. */
export function fulcioService(authority: Authority, log: CtLog, mint: Mint): Service {
  const chain = [authority.intermediate, authority.root].map((holder) => toPem(holder.certificate, 'CERTIFICATE'))

  async function sign(call: Call): Promise<Answer> {
    const request = readJson(call.body)
    const claims = await checkToken(mint, tokenOf(call, request))
    const keyRequest = asObject(request['publicKeyRequest'], 'publicKeyRequest')
    const { key, spki } = readSubjectKey(
      asText(asObject(keyRequest['publicKey'], 'publicKey')['content'], 'publicKey.content'),
    )
    const principal = principalOf(claims)
    checkPossession(key, principal.challenge, asBase64(keyRequest['proofOfPossession'], 'proofOfPossession'))
    const certificate = issueCertificate(principal, spki, authority.intermediate, log, call.now, call.lie)
    const certificates = [toPem(certificate, 'CERTIFICATE'), ...chain]
    return json(200, { signedCertificateEmbeddedSct: { chain: { certificates } } })
  }

  return {
    name: 'fulcio',
    routes: [
      { method: 'POST', path: '/api/v2/signingCert', handle: sign },
      {
        method: 'GET',
        path: '/api/v2/trustBundle',
        handle: () => json(200, { chains: [{ certificates: chain }] }),
      },
      {
        method: 'GET',
        path: '/api/v2/configuration',
        handle: () => json(200, configuration(mint.issuer)),
      },
    ],
  }
}

/** The token comes in the body or, as all clients do today, in the Authorization header. */
function tokenOf(call: Call, request: Record<string, unknown>): string {
  const credentials = request['credentials']
  const inBody = credentials === undefined ? undefined : asObject(credentials, 'credentials')['oidcIdentityToken']
  if (typeof inBody === 'string' && inBody !== '') return inBody
  return /^bearer (\S+)$/i.exec(call.header('authorization'))?.[1] ?? ''
}

async function checkToken(mint: Mint, token: string): Promise<Claims> {
  if (token.length > MAX_TOKEN_CHARACTERS) refuse()
  try {
    return await mint.check(token)
  } catch {
    return refuse()
  }
}

function configuration(sandboxIssuer: string): unknown {
  const issuer = (issuerUrl: string, issuerType: string): unknown => ({
    issuerUrl,
    audience: 'sigstore',
    challengeClaim: issuerType === 'email' ? 'email' : 'sub',
    spiffeTrustDomain: '',
    issuerType,
    subjectDomain: '',
  })
  return {
    issuers: [
      issuer(sandboxIssuer, 'email'),
      issuer(GITHUB_ISSUER, 'ci-provider'),
      issuer(GITLAB_ISSUER, 'ci-provider'),
    ],
  }
}
