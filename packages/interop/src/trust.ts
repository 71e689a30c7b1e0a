// Whom to trust and where to sign: the files as cosign itself writes them.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from './peers.ts'
import { origin, type Urls } from './services.ts'

/** Paths. */
export interface Files {
  /** Names both logs. */
  readonly trustedRoot: string
  /** Fulcio, Rekor v1 and the timestamp authority. */
  readonly signingConfig: string
  /** The same with Rekor v2. */
  readonly signingConfigRekor2: string
  /** The trusted root and one of both signing configs in one file each, as sigstore-python wants them. */
  readonly trustConfig: string
  readonly trustConfigRekor2: string
}

const start = '2026-01-01T00:00:00Z'

export function writeTrust(directory: string, urls: Urls): Files {
  const cosign = (...args: string[]): void => {
    execFileSync(program('cosign'), args, { cwd: directory, stdio: 'pipe' })
  }
  const at = (name: string): string => join(directory, name)
  const files: Files = {
    trustedRoot: at('trusted_root.json'),
    signingConfig: at('signing_config.json'),
    signingConfigRekor2: at('signing_config.rekor2.json'),
    trustConfig: at('trust_config.json'),
    trustConfigRekor2: at('trust_config.rekor2.json'),
  }

  const trusted = (...fields: string[]): string => [...fields, `start-time=${start}`].join(',')
  const roots = {
    fulcio: [trusted(`url=${urls.fulcio}`, 'certificate-chain=fulcio-chain.pem')],
    ctfe: [trusted(`url=${urls.ct}`, 'public-key=ct.pub')],
    rekor: [
      trusted(`url=${urls.rekor}`, 'public-key=rekor.pub'),
      // cosign looks for the checkpoint's signer by the host of this URL, so it is the origin's, where nothing answers.
      trusted(`url=http://${origin}`, 'public-key=rekor2.pub', `origin=${origin}`),
    ],
    tsa: [trusted(`url=${urls.timestamp}`, 'certificate-chain=tsa-chain.pem')],
  }
  const rootFlags = Object.entries(roots).flatMap(([flag, values]) => values.flatMap((value) => [`--${flag}`, value]))
  cosign('trusted-root', 'create', '--out', files.trustedRoot, ...rootFlags)

  const service = (url: string, version: 1 | 2 = 1): string =>
    `url=${url},api-version=${version},start-time=${start},operator=peers.example`
  const signingConfig = (file: string, log: string): void => {
    const services = ['--fulcio', service(urls.fulcio), '--rekor', log, '--tsa', service(urls.timestamp)]
    const choice = ['--rekor-config', 'ANY', '--tsa-config', 'ANY']
    cosign('signing-config', 'create', '--out', file, ...services, ...choice)
  }
  signingConfig(files.signingConfig, service(urls.rekor))
  signingConfig(files.signingConfigRekor2, service(urls.rekor2, 2))

  writeFileSync(files.trustConfig, trustConfig(files.trustedRoot, files.signingConfig))
  writeFileSync(files.trustConfigRekor2, trustConfig(files.trustedRoot, files.signingConfigRekor2))
  return files
}

/** Protobuf's ClientTrustConfig of both files, as JSON. */
export function trustConfig(trustedRoot: string, signingConfig: string): string {
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json'
  const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
  return JSON.stringify({ mediaType, trustedRoot: read(trustedRoot), signingConfig: read(signingConfig) })
}
