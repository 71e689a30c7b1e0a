// Each real service with its flags, in the order in which they need one another.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ctConfiguration, fulcioConfiguration, type Issuers } from './configuration.ts'
import { answers, type Daemons, freePorts, until } from './daemon.ts'
import { program } from './peers.ts'

export interface Urls {
  readonly fulcio: string
  readonly ct: string
  readonly rekor: string
  readonly rekor2: string
  readonly timestamp: string
}

/** The origin of Rekor v2's checkpoints. It is a name of its own, not the host that answers: clients must not mix them up. */
export const origin = 'rekor2.peers.example'

const host = '127.0.0.1'

interface Room {
  /** The path of a file of theirs. */
  readonly at: (name: string) => string
  /** Starts a program: `--name=value` for each flag, after the words of a subcommand. */
  readonly run: (name: string, flags: Readonly<Record<string, unknown>>, ...words: readonly string[]) => void
}

function roomIn(directory: string, daemons: Daemons): Room {
  const at = (name: string): string => join(directory, name)
  return {
    at,
    run(name, flags, ...words) {
      const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${String(value)}`)
      daemons.start(at(`${name}.log`), program(name), [...words, ...args])
    },
  }
}

export async function startServices(directory: string, issuers: Issuers, daemons: Daemons): Promise<Urls> {
  const room = roomIn(directory, daemons)
  const [trillian = 0, ct = 0, rekor = 0, tsa = 0, ...more] = await freePorts(7)
  startTimestampAuthority(room, tsa)
  const rekor2 = startRekor2(directory, daemons)
  room.run('trillian-mem', { rpc_endpoint: `${host}:${trillian}`, logtostderr: true })
  const trees = { ct: '', rekor: '' }
  await until('trillian', async () => {
    trees.ct ||= tree(trillian, 'ct')
    trees.rekor ||= tree(trillian, 'rekor')
    return true
  })
  startRekor(room, rekor, trillian, trees.rekor)
  const ctUrl = await startCt(room, ct, trillian, trees.ct)
  const fulcio = await startFulcio(room, more, ctUrl, issuers)
  await until('timestamp-server', answers(`http://${host}:${tsa}/ping`))
  await until('rekor-server', answers(`http://${host}:${rekor}/api/v1/log`))
  return {
    fulcio,
    ct: ctUrl,
    rekor: `http://${host}:${rekor}`,
    rekor2: await rekor2,
    timestamp: `http://${host}:${tsa}/api/v1/timestamp`,
  }
}

function startTimestampAuthority({ at, run }: Room, port: number): void {
  const signer = {
    'timestamp-signer': 'file',
    'timestamp-signer-hash': 'sha256',
    'file-signer-key-path': at('tsa.key'),
  }
  const flags = { host, port, ...signer, 'certificate-chain-path': at('tsa-chain.pem'), 'disable-ntp-monitoring': true }
  run('timestamp-server', flags, 'serve')
}

/** Rekor v2 alone, with the key rekor2.key of that folder and its tiles in rekor2/. @returns its URL */
export async function startRekor2(directory: string, daemons: Daemons): Promise<string> {
  const { at, run } = roomIn(directory, daemons)
  const [port, grpc, metrics] = await freePorts(3)
  mkdirSync(at('rekor2'))
  const addresses = {
    'http-address': host,
    'http-port': port,
    'grpc-address': host,
    'grpc-port': grpc,
    'http-metrics-port': metrics,
  }
  const log = { hostname: origin, 'storage-dir': at('rekor2'), 'signer-filepath': at('rekor2.key') }
  // An entry waits for a checkpoint, for which the server looks once a second; shorter times than these win nothing.
  const pace = { 'checkpoint-interval': '100ms', 'batch-max-age': '50ms', 'persistent-antispam': false }
  run('rekor-tiles', { ...addresses, ...log, ...pace }, 'serve')
  await until('rekor-tiles', answers(`http://${host}:${port}/healthz`))
  return `http://${host}:${port}`
}

function tree(port: number, name: string): string {
  const args = [`--admin_server=${host}:${port}`, `--display_name=${name}`]
  return execFileSync(program('createtree'), args, { encoding: 'utf8', stdio: 'pipe' }).trim()
}

function startRekor({ at, run }: Room, port: number, trillian: number, tree: string): void {
  const server = { address: host, hostname: 'rekor.peers.example', signer: at('rekor.key') }
  const log = { address: host, port: trillian, tlog_id: tree }
  const named = (prefix: string, flags: object): object =>
    Object.fromEntries(Object.entries(flags).map(([name, value]) => [`${prefix}.${name}`, value]))
  const api = 'getLogInfo,getPublicKey,getLogProof,createLogEntry,getLogEntryByIndex,getLogEntryByUUID,searchLogQuery'
  const flags = { ...named('rekor_server', server), ...named('trillian_log_server', log) }
  run('rekor-server', { port, ...flags, enabled_api_endpoints: api }, 'serve')
}

async function startCt({ at, run }: Room, port: number, trillian: number, tree: string): Promise<string> {
  const url = `http://${host}:${port}/peers`
  writeFileSync(at('ct.cfg'), ctConfiguration(at('.'), tree), { mode: 0o600 })
  run('ct_server', {
    log_config: at('ct.cfg'),
    log_rpc_server: `${host}:${trillian}`,
    http_endpoint: `${host}:${port}`,
    get_sth_interval: 0,
    logtostderr: true,
  })
  await until('ct_server', answers(`${url}/ct/v1/get-sth`))
  return url
}

async function startFulcio({ at, run }: Room, ports: readonly number[], ct: string, issuers: Issuers): Promise<string> {
  const [port, grpc, metrics] = ports
  writeFileSync(at('fulcio.yaml'), fulcioConfiguration(issuers))
  const addresses = {
    host,
    port,
    'grpc-host': host,
    'grpc-port': grpc,
    'metrics-port': metrics,
    'legacy-unix-domain-socket': at(`fulcio-${grpc}.sock`),
  }
  const authority = {
    ca: 'fileca',
    'fileca-cert': at('fulcio-chain.pem'),
    'fileca-key': at('fulcio.key'),
    'fileca-key-passwd': 'stack',
    'fileca-watch': false,
  }
  const log = { 'ct-log-url': ct, 'ct-log-public-key-path': at('ct.pub') }
  run('fulcio', { ...addresses, ...authority, ...log, 'config-path': at('fulcio.yaml'), log_type: 'prod' }, 'serve')
  await until('fulcio', answers(`http://${host}:${port}/healthz`))
  return `http://${host}:${port}`
}
