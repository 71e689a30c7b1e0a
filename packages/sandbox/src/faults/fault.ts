/** A way for a service to give an answer that is well formed and false. What each means is said in the README. */
export type Lie =
  | 'wrong-key'
  | 'wrong-log-key'
  | 'split-view'
  | 'wrong-proof'
  | 'bad-proof'
  | 'wrong-set'
  | 'wrong-entry'
  | 'wrong-certificate'
  | 'no-sct'
  | 'wrong-sct'
  | 'bad-sct'
  | 'wrong-nonce'
  | 'wrong-imprint'
  | 'other-subject-key'
  | 'expired'
  | 'rollback'
  | 'huge'

/** How one service misbehaves. Without `status`, `hang` or `reset` the request is still answered. */
export interface Fault {
  /** milliseconds to wait before anything else happens */
  delay?: number
  /** answer with this HTTP status and do nothing */
  status?: number
  /** how many requests are hit; all of them when left out. Counted per fault object. */
  times?: number
  /** only this share of requests is hit, from 0 to 1, evenly spread: with 0.5 the first, the third, the fifth */
  chance?: number
  /** value of the Retry-After header that goes with `status` */
  retryAfter?: string
  /** never answer */
  hang?: boolean
  /** drop the connection and do nothing */
  reset?: boolean
  /** do what was asked, then drop the connection instead of answering */
  lostAnswer?: boolean
  /** body sent instead of the real one */
  body?: string
  /** milliseconds by which the service's clock is ahead, or behind when negative */
  skew?: number
  lie?: Lie
}

export type ServiceName = 'fulcio' | 'rekor' | 'rekor2' | 'timestamp' | 'identity' | 'tuf'

/**
 * Faults by service; may be changed while the sandbox runs. Of several for one service a request is hit by the first that is not used up
 * and whose share it falls into, so that `[{ status: 500, times: 2 }, { lie: 'wrong-key', times: 1 }]` is a story told in order.
 */
export type Faults = { [service in ServiceName]?: Fault | readonly Fault[] }

/** Which services there are, and what each can lie about. */
export const knownLies: Readonly<Record<ServiceName, readonly Lie[]>> = {
  fulcio: ['wrong-certificate', 'bad-sct', 'wrong-sct', 'no-sct', 'wrong-key', 'other-subject-key', 'expired', 'huge'],
  rekor: [
    'bad-proof',
    'wrong-proof',
    'wrong-log-key',
    'wrong-key',
    'split-view',
    'wrong-set',
    'wrong-entry',
    'expired',
    'huge',
  ],
  rekor2: ['bad-proof', 'wrong-proof', 'wrong-log-key', 'wrong-key', 'split-view', 'wrong-entry', 'huge'],
  timestamp: ['wrong-key', 'wrong-imprint', 'wrong-nonce', 'expired', 'huge'],
  identity: ['wrong-key', 'expired', 'huge'],
  tuf: ['wrong-key', 'expired', 'rollback', 'huge'],
}

export const serviceNames: readonly ServiceName[] = Object.keys(knownLies) as ServiceName[]
