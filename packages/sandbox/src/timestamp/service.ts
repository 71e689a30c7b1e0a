import { makeAuthority, makeLeaf, TIME_STAMPING, toPem, type Holder } from '../pki/index.ts'
import type { Service } from '../http/service.ts'
import { readRequest } from './request.ts'
import { makeResponse } from './token.ts'

export interface TimestampService extends Service {
  /** leaf, intermediate, root */
  readonly chain: readonly Holder[]
}

/** The HTTP interface of Sigstore's timestamp authority (openapi.yaml of sigstore/timestamp-authority). */
export function timestampService(notBefore: Date): TimestampService {
  const { root, intermediate } = makeAuthority('timestamp', TIME_STAMPING, notBefore)
  const leaf = makeLeaf('timestamp authority', TIME_STAMPING, notBefore, intermediate)
  const chain = [leaf, intermediate, root]
  return {
    name: 'timestamp',
    chain,
    routes: [
      {
        method: 'POST',
        path: '/api/v1/timestamp',
        handle: (call) => ({
          status: 200,
          headers: { 'content-type': 'application/timestamp-reply' },
          body: makeResponse(readRequest(call), { leaf, issuer: intermediate }, call.now, call.lie),
        }),
      },
      {
        method: 'GET',
        path: '/api/v1/timestamp/certchain',
        handle: () => ({
          status: 200,
          headers: { 'content-type': 'application/pem-certificate-chain' },
          body: chain.map((holder) => toPem(holder.certificate, 'CERTIFICATE')).join(''),
        }),
      },
    ],
  }
}
