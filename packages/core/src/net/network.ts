import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { type Clocks, openClocks } from './clock.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** How TLS is spoken: texts in PEM, never paths. */
export interface TlsSettings {
  /** Certificate authorities that are believed. */
  readonly ca?: readonly string[]
  /** Whether they stand instead of all others, or beside them. */
  readonly isOnlyCa?: boolean
  readonly cert?: string
  readonly key?: string
  /** The name that the server's certificate must bear, when it is not the host's. */
  readonly servername?: string
}

/** The settings that connections are made with; its identity is that of the pool of connections. */
export interface Connections {
  readonly env: Environment
  readonly tls: TlsSettings
}

/** How the services are reached. One value for everything that a signature asks; see `openNetwork`. */
export interface Network {
  readonly connections: Connections
  /** What the services' clocks say, seen from this machine's. */
  readonly clocks: Clocks
  /** How timestamp authorities are reached, when otherwise than the rest. */
  readonly timestamp?: Network
}

/** Paths of PEM files. */
export interface NetworkSettings {
  /** Certificate authorities that are believed for TLS beside the platform's. */
  readonly caFile?: string | undefined
  /** For timestamp authorities that want to know who asks, or have a certificate authority of their own (cosign's flags). */
  readonly timestampClient?: TimestampClient | undefined
}

export interface TimestampClient {
  /** Certificate authorities that are believed instead of all others. */
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  /** The private key of `cert`, without a password. */
  readonly key?: string | undefined
  /** The name that the authority's TLS certificate must bear. */
  readonly serverName?: string | undefined
}

const standard: Connections = { env: process.env, tls: {} }

/** How the services are reached when nobody says anything but the environment. */
export const standardNetwork: Network = { connections: standard, clocks: openClocks() }

/**
 * Reads what there is to say about connections. From the environment, when a connection is made: `HTTPS_PROXY`,
 * `HTTP_PROXY`, `NO_PROXY`, `SSL_CERT_FILE` (authorities that stand instead of the platform's, as in OpenSSL and Go);
 * `NODE_EXTRA_CA_CERTS` is read by Node itself.
 * @throws SealwaxError `USAGE`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INPUT_TOO_LARGE`, `CERTIFICATE_INVALID`, `KEY_INVALID`
 */
export function openNetwork(settings: NetworkSettings = {}, env: Environment = process.env): Network {
  const { caFile, timestampClient } = settings
  const tls: TlsSettings = caFile === undefined ? {} : { ca: readAuthorities(caFile, 'the CA file') }
  const clocks = openClocks()
  // One pool for all whose connections are alike.
  const connections = env === process.env && caFile === undefined ? standard : { env, tls }
  const timestamp = readTimestampClient(timestampClient, connections)
  return { connections, clocks, ...(timestamp && { timestamp: { connections: timestamp, clocks } }) }
}

/** How a timestamp authority is reached. */
export const timestampNetwork = (network: Network = standardNetwork): Network => network.timestamp ?? network

function readTimestampClient(client: TimestampClient = {}, { env, tls }: Connections): Connections | undefined {
  const { ca, cert, key, serverName } = client
  if (ca === undefined && cert === undefined && key === undefined && serverName === undefined) return undefined
  if ((cert === undefined) !== (key === undefined))
    throw new SealwaxError('USAGE', 'a client certificate for the timestamp authority needs its private key', {
      expected: 'both --timestamp-client-cert and --timestamp-client-key, or neither',
      found: cert === undefined ? 'only the key' : 'only the certificate',
    })
  const pair = cert === undefined || key === undefined ? {} : readPair(cert, key)
  return {
    env,
    tls: {
      ...(ca === undefined ? tls : { ca: readAuthorities(ca, "the timestamp authority's CA file"), isOnlyCa: true }),
      ...pair,
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
  }
}

function readPair(certPath: string, keyPath: string): { cert: string; key: string } {
  const certificates = readAuthorities(certPath, 'the client certificate')
  const key = readKey(keyPath)
  let isPair = false
  try {
    isPair = new X509Certificate(certificates[0] ?? '').checkPrivateKey(createPrivateKey(key))
  } catch {
    // A key that cannot be read fits no certificate.
  }
  if (isPair) return { cert: certificates.join('\n'), key }
  throw new SealwaxError('KEY_INVALID', `the private key is not that of the client certificate: ${keyPath}`, {
    expected: `the private key of the first certificate in ${certPath}`,
    found: 'another one',
  })
}

const blocks = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g

/**
 * The certificates of a PEM file. Text between them is skipped: bundles of distributions have headings.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INPUT_TOO_LARGE`, `CERTIFICATE_INVALID`
 */
export function readAuthorities(path: string, what: string): string[] {
  const found = read(path, what).match(blocks) ?? []
  try {
    for (const block of found) new X509Certificate(block)
    if (found.length > 0) return found
  } catch {
    // Told below.
  }
  throw new SealwaxError('CERTIFICATE_INVALID', `${what} cannot be used: ${path}`, {
    expected: 'one or more certificates in PEM',
    found: found.length === 0 ? 'none' : 'a certificate that cannot be read',
  })
}

function readKey(path: string): string {
  const text = read(path, 'the private key of the client certificate')
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1] ?? 'nothing in PEM'
  if (/^(?:RSA |EC )?PRIVATE KEY$/.test(label) && !text.includes('Proc-Type: 4,ENCRYPTED')) return text
  throw new SealwaxError('KEY_INVALID', `the private key of the client certificate cannot be used: ${path}`, {
    expected: 'a private key in PEM without a password',
    found: /PRIVATE KEY$/.test(label) ? 'an encrypted key' : `${label.toLowerCase()}`,
  })
}

function read(path: string, what: string): string {
  try {
    if (statSync(path).size <= limits.trust) return readFileSync(path, 'latin1')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const kind = code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE'
    throw new SealwaxError(kind, `${what} cannot be read: ${path}`, { expected: 'a file in PEM', found: code })
  }
  throw new SealwaxError('INPUT_TOO_LARGE', `${what} is too large: ${path}`, {
    expected: `at most ${limits.trust} bytes`,
  })
}
