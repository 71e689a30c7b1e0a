/**
 * What a DSSE signature covers: `DSSEv1 <type length> <type> <payload length> <payload>`, lengths in bytes as decimal
 * (DSSE protocol, section "Signature Definition").
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `
  return Buffer.concat([Buffer.from(head), payload])
}
