import type { Lie, ServiceName } from '../faults/index.ts'

/** What a handler is given: the request, read to its end and within the size limit. */
export interface Call {
  readonly method: string
  /** path below the service's prefix, with a leading slash */
  readonly path: string
  readonly query: URLSearchParams
  readonly header: (name: string) => string
  readonly body: Buffer
  /** what a test told this service to lie about */
  readonly lie: Lie | undefined
  /** the time by this service's clock, which may be told to be wrong */
  readonly now: Date
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string | RegExp
  readonly handle: (call: Call, match: readonly string[]) => Promise<Answer> | Answer
}

/** One service: everything below `/<name>` on the sandbox's port. */
export interface Service {
  readonly name: ServiceName
  readonly routes: readonly Route[]
}

/** A request that is answered with an error; the message goes to the caller, so it never repeats secrets. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  }
}

/** Parses a JSON object out of a request, or refuses the request. */
export function readJson(body: Buffer): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refusal(400, 'the request is not JSON')
  }
  return asObject(value, 'the request')
}

export function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(400, `${what} is not a JSON object`)
  return value as Record<string, unknown>
}

export function asText(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw new Refusal(400, `${what} is missing or not a string`)
  return value
}

/** Decodes standard base64, strictly: what does not encode back to itself is refused. */
export function asBase64(value: unknown, what: string): Buffer {
  const text = asText(value, what)
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Refusal(400, `${what} is not base64`)
  return bytes
}
