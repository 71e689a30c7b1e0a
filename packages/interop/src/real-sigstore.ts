// The real Fulcio, CT log, Rekor v1 and timestamp authority on 127.0.0.1, without containers or a database.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers, Daemons, freePorts, until } from './daemon.ts'
import { makeKeys } from './pki.ts'
import { program } from './peers.ts'

/** What its CA believes: the OpenID Connect issuer of persons, and that of GitHub's workflows. */
export interface Issuers {
  readonly email: string
  readonly github: string
}

export interface RealSigstore {
  readonly trustedRoot: string
  readonly signingConfig: string
  close(): Promise<void>
}

/** Names of the programs that {@link startRealSigstore} needs. */
export const parts = ['cosign', 'fulcio', 'ct_server', 'trillian-mem', 'createtree', 'rekor-server', 'timestamp-server']

const start = '2026-01-01T00:00:00Z'

export async function startRealSigstore(directory: string, issuers: Issuers): Promise<RealSigstore> {
  mkdirSync(directory, { recursive: true })
  makeKeys(directory)
  const daemons = new Daemons()
  try {
    const urls = await startServices(directory, issuers, daemons)
    return { ...writeConfiguration(directory, urls), close: () => daemons.stop() }
  } catch (error) {
    await daemons.stop()
    throw error
  }
}

interface Urls {
  readonly fulcio: string
  readonly ct: string
  readonly rekor: string
  readonly timestamp: string
}

async function startServices(directory: string, issuers: Issuers, daemons: Daemons): Promise<Urls> {
  const at = (name: string): string => join(directory, name)
  const [trillian, ct, rekor, tsa, fulcio, grpc, metrics] = await freePorts(7)
  const run = (name: string, ...args: string[]): void => daemons.start(at(`${name}.log`), program(name), args)

  run(
    'timestamp-server',
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    `${tsa}`,
    '--timestamp-signer',
    'file',
    '--file-signer-key-path',
    at('tsa.key'),
    '--certificate-chain-path',
    at('tsa-chain.pem'),
    '--timestamp-signer-hash',
    'sha256',
    '--disable-ntp-monitoring',
  )
  run('trillian-mem', '--rpc_endpoint', `127.0.0.1:${trillian}`, '--logtostderr')
  const trees = { ct: '', rekor: '' }
  await until('trillian', async () => {
    trees.ct ||= tree(trillian, 'ct')
    trees.rekor ||= tree(trillian, 'rekor')
    return true
  })

  writeFileSync(at('ct.cfg'), ctConfiguration(directory, trees.ct), { mode: 0o600 })
  run(
    'ct_server',
    `--log_config=${at('ct.cfg')}`,
    `--log_rpc_server=127.0.0.1:${trillian}`,
    `--http_endpoint=127.0.0.1:${ct}`,
    '--get_sth_interval=0',
    '--logtostderr',
  )
  run(
    'rekor-server',
    'serve',
    '--rekor_server.address',
    '127.0.0.1',
    '--port',
    `${rekor}`,
    '--rekor_server.hostname',
    'rekor.peers.example',
    '--rekor_server.signer',
    at('rekor.key'),
    '--trillian_log_server.address',
    '127.0.0.1',
    '--trillian_log_server.port',
    `${trillian}`,
    '--trillian_log_server.tlog_id',
    trees.rekor,
    '--enabled_api_endpoints',
    'getLogInfo,getPublicKey,getLogProof,createLogEntry,getLogEntryByIndex,getLogEntryByUUID,searchLogQuery',
  )
  writeFileSync(at('fulcio.yaml'), fulcioConfiguration(issuers))
  await until('ct_server', answers(`http://127.0.0.1:${ct}/peers/ct/v1/get-sth`))
  run(
    'fulcio',
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    `${fulcio}`,
    '--grpc-host',
    '127.0.0.1',
    '--grpc-port',
    `${grpc}`,
    '--metrics-port',
    `${metrics}`,
    '--legacy-unix-domain-socket',
    at(`fulcio-${grpc}.sock`),
    '--ca',
    'fileca',
    '--fileca-cert',
    at('fulcio-chain.pem'),
    '--fileca-key',
    at('fulcio.key'),
    '--fileca-key-passwd',
    'stack',
    '--fileca-watch=false',
    '--ct-log-url',
    `http://127.0.0.1:${ct}/peers`,
    '--ct-log-public-key-path',
    at('ct.pub'),
    '--config-path',
    at('fulcio.yaml'),
    '--log_type',
    'prod',
  )

  await until('timestamp-server', answers(`http://127.0.0.1:${tsa}/ping`))
  await until('rekor-server', answers(`http://127.0.0.1:${rekor}/api/v1/log`))
  await until('fulcio', answers(`http://127.0.0.1:${fulcio}/healthz`))
  return {
    fulcio: `http://127.0.0.1:${fulcio}`,
    ct: `http://127.0.0.1:${ct}/peers`,
    rekor: `http://127.0.0.1:${rekor}`,
    timestamp: `http://127.0.0.1:${tsa}/api/v1/timestamp`,
  }
}

function tree(port: number | undefined, name: string): string {
  const args = [`--admin_server=127.0.0.1:${port}`, `--display_name=${name}`]
  return execFileSync(program('createtree'), args, { encoding: 'utf8', stdio: 'pipe' }).trim()
}

function ctConfiguration(directory: string, tree: string): string {
  const key = [...readFileSync(join(directory, 'ct.der'))].map((octet) => `\\x${octet.toString(16).padStart(2, '0')}`)
  return `config {
  log_id: ${tree}
  prefix: "peers"
  roots_pem_file: "${join(directory, 'fulcio-root.pem')}"
  ext_key_usages: "CodeSigning"
  max_merge_delay_sec: 86400
  expected_merge_delay_sec: 1
  private_key: { [type.googleapis.com/keyspb.PrivateKey] { der: "${key.join('')}" } }
}
`
}

/** GitHub's claims as Fulcio's public configuration maps them to extensions. */
function fulcioConfiguration({ email, github }: Issuers): string {
  // The first line keeps Fulcio from reading it as JSON, where it expects other names.
  return `# YAML\n${JSON.stringify({
    'oidc-issuers': {
      [email]: {
        'issuer-url': email,
        'client-id': 'sigstore',
        type: 'email',
        'issuer-claim': '$.federated_claims.connector_id',
      },
      [github]: {
        'issuer-url': github,
        'client-id': 'sigstore',
        type: 'ci-provider',
        'ci-provider': 'github-workflow',
      },
    },
    'ci-issuer-metadata': {
      'github-workflow': {
        'default-template-values': { url: 'https://github.com', environment: '' },
        'extension-templates': {
          'github-workflow-trigger': 'event_name',
          'github-workflow-sha': 'sha',
          'github-workflow-name': 'workflow',
          'github-workflow-repository': 'repository',
          'github-workflow-ref': 'ref',
          'build-signer-uri': '{{ .url }}/{{ .job_workflow_ref }}',
          'build-signer-digest': 'job_workflow_sha',
          'runner-environment': 'runner_environment',
          'source-repository-uri': '{{ .url }}/{{ .repository }}',
          'source-repository-digest': 'sha',
          'source-repository-ref': 'ref',
          'source-repository-identifier': 'repository_id',
          'source-repository-owner-uri': '{{ .url }}/{{ .repository_owner }}',
          'source-repository-owner-identifier': 'repository_owner_id',
          'build-config-uri': '{{ .url }}/{{ .workflow_ref }}',
          'build-config-digest': 'workflow_sha',
          'build-trigger': 'event_name',
          'run-invocation-uri': '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
          'source-repository-visibility-at-signing': 'repository_visibility',
        },
        'subject-alternative-name-template': '{{ .url }}/{{ .job_workflow_ref }}',
      },
    },
  })}`
}

/** Trusted root and signing config as cosign itself writes them. */
function writeConfiguration(directory: string, urls: Urls): Pick<RealSigstore, 'trustedRoot' | 'signingConfig'> {
  const trustedRoot = join(directory, 'trusted_root.json')
  const signingConfig = join(directory, 'signing_config.json')
  const cosign = (...args: string[]): void => {
    execFileSync(program('cosign'), args, { cwd: directory, stdio: 'pipe' })
  }
  cosign(
    'trusted-root',
    'create',
    '--out',
    trustedRoot,
    '--fulcio',
    `url=${urls.fulcio},certificate-chain=fulcio-chain.pem,start-time=${start}`,
    '--ctfe',
    `url=${urls.ct},public-key=ct.pub,start-time=${start}`,
    '--rekor',
    `url=${urls.rekor},public-key=rekor.pub,start-time=${start}`,
    '--tsa',
    `url=${urls.timestamp},certificate-chain=tsa-chain.pem,start-time=${start}`,
  )
  const service = (url: string): string => `url=${url},api-version=1,start-time=${start},operator=peers.example`
  cosign(
    'signing-config',
    'create',
    '--out',
    signingConfig,
    '--fulcio',
    service(urls.fulcio),
    '--rekor',
    service(urls.rekor),
    '--rekor-config',
    'ANY',
    '--tsa',
    service(urls.timestamp),
    '--tsa-config',
    'ANY',
  )
  return { trustedRoot, signingConfig }
}
