// The matrix's axes, and the cells that a client has no means for.

export const clients = ['cosign', 'sealwax', 'sigstore-python'] as const
export type Client = (typeof clients)[number]

/** One way to sign: by whom, into which log, and what. */
export interface Cell {
  readonly by: 'key' | 'identity'
  readonly log: 'Rekor v1' | 'Rekor v2'
  readonly of: 'file' | 'attestation'
}

export const cells: readonly Cell[] = (['identity', 'key'] as const).flatMap((by) =>
  (['Rekor v1', 'Rekor v2'] as const).flatMap((log) =>
    (['file', 'attestation'] as const).map((of) => ({ by, log, of })),
  ),
)

export function nameOf({ by, log, of }: Cell): string {
  return `${of === 'file' ? 'a file' : 'an attestation'}, by ${by}, in ${log}`
}

/** Why a client cannot do it at all; a test asks it whether that is still so. */
export function cannotSign(client: Client, { by }: Cell): string | undefined {
  return client === 'sigstore-python' && by === 'key' ? 'sigstore-python signs by identity only' : undefined
}

export function cannotVerify(client: Client, { by }: Cell): string | undefined {
  return client === 'sigstore-python' && by === 'key'
    ? 'sigstore-python reads bundles with a certificate only'
    : undefined
}
