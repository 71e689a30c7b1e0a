/** A way for a service to give an answer that is well formed and false. Which services know which lie is said in the README. */
export type Lie =
  | 'wrong-key'
  | 'wrong-proof'
  | 'wrong-set'
  | 'wrong-entry'
  | 'no-sct'
  | 'wrong-sct'
  | 'wrong-nonce'
  | 'wrong-imprint'
  | 'other-subject-key'
  | 'expired'
  | 'huge'

/** How one service misbehaves. Without `status`, `hang` or `reset` the request is still answered. */
export interface Fault {
  /** milliseconds to wait before anything else happens */
  delay?: number
  /** answer with this HTTP status and do nothing */
  status?: number
  /** how many requests are hit; all of them when left out. Counted per fault object. */
  times?: number
  /** value of the Retry-After header that goes with `status` */
  retryAfter?: string
  /** never answer */
  hang?: boolean
  /** drop the connection */
  reset?: boolean
  /** body sent instead of the real one */
  body?: string
  lie?: Lie
}

export type ServiceName = 'fulcio' | 'rekor' | 'timestamp' | 'identity'

/** Faults by service; may be changed while the sandbox runs. */
export interface Faults {
  fulcio?: Fault
  rekor?: Fault
  timestamp?: Fault
  identity?: Fault
}

/** Tells which fault hits the next request, and counts it. */
export type TakeFault = (fault: Fault | undefined) => Fault | undefined

export function countFaults(): TakeFault {
  const hits = new WeakMap<Fault, number>()
  return (fault) => {
    if (fault === undefined) return undefined
    const before = hits.get(fault) ?? 0
    if (before >= (fault.times ?? Number.POSITIVE_INFINITY)) return undefined
    hits.set(fault, before + 1)
    return fault
  }
}
