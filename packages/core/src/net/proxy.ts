import { BlockList, isIP } from 'node:net'
import { SealwaxError } from '../errors.ts'
import { isLoopback } from './loopback.ts'
import type { Secretive } from './redaction.ts'

/** What stands between this machine and the services. */
export interface Proxy {
  readonly protocol: 'http:' | 'https:'
  readonly hostname: string
  readonly port: number
  /** Host and port, fit to be shown. */
  readonly shown: string
  /** The variable that names it. */
  readonly variable: string
  /** The value of `proxy-authorization`, when the variable has a user and a password in it. */
  readonly authorization: string | undefined
  /** What of it must never be shown. */
  readonly secrets: readonly Secretive[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for a URL by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (also in lower case, which wins, as in curl and Node),
 * or none. This machine itself is never reached through a proxy.
 * @throws SealwaxError `USAGE` for a variable that names no usable proxy; its value, which may hold a password, is not shown
 */
export function proxyFor(url: URL, env: Environment): Proxy | undefined {
  if (isLoopback(url)) return undefined
  const [name, value] = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (value === '' || isExcepted(url, variable(env, 'NO_PROXY')[1])) return undefined
  return readProxy(name, value)
}

function variable(env: Environment, name: string): [string, string] {
  const lower = name.toLowerCase()
  return env[lower] === undefined ? [name, env[name]?.trim() ?? ''] : [lower, env[lower].trim()]
}

function readProxy(variable: string, value: string): Proxy {
  // Many write only host and port.
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw new SealwaxError('USAGE', `the variable ${variable} names no proxy that can be used`, {
      expected: 'http://host:port or https://host:port, with user:password@ before the host where the proxy wants it',
      found: url === undefined ? 'no URL' : `an address that begins with ${url.protocol}`,
    })
  const user = decoded(url.username)
  const password = decoded(url.password)
  const credentials = Buffer.from(`${user}:${password}`).toString('base64')
  const hidden = user === '' && password === '' ? [] : [credentials, password, url.password].filter((one) => one !== '')
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    shown: url.host,
    variable,
    authorization: hidden.length === 0 ? undefined : `Basic ${credentials}`,
    secrets: hidden.map((text) => ({ expose: () => text })),
  }
}

/** A stray percent sign is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `NO_PROXY`: names with everything below them, addresses, ranges (10.0.0.0/8), each also with a port; `*` is everything. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true
      if (entry.includes('/')) return isInRange(host, entry)
      const [, name = entry, only] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? []
      if (only !== undefined && only !== port) return false
      const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '')
      return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`))
    })
}

function isInRange(host: string, range: string): boolean {
  const [start = '', bits] = range.split('/')
  const family = isIP(start)
  if (family === 0 || family !== isIP(host)) return false
  const kind = family === 6 ? 'ipv6' : 'ipv4'
  try {
    const block = new BlockList()
    block.addSubnet(start, Number(bits), kind)
    return block.check(host, kind)
  } catch {
    return false
  }
}
