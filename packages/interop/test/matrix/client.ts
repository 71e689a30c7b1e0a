// How each client is told to sign and to verify. cosign and sealwax get the very same command lines.
import { createHash } from 'node:crypto'
import { program, python } from '../../src/peers.ts'
import type { Files } from '../../src/trust.ts'
import type { Environment, Run, Workbench } from '../command.ts'
import { noPassword } from '../keys.ts'
import { from } from '../parties.ts'
import type { Cell, Client } from './cell.ts'

/** sigstore-python attests no other type. */
const predicateType = 'https://slsa.dev/provenance/v1'
const predicate = {
  buildDefinition: { buildType: 'https://acme.example/build', externalParameters: {} },
  runDetails: { builder: { id: 'https://acme.example/builder' } },
}

/** Files on the workbench. */
export interface Exhibit {
  readonly file: string
  readonly bundle: string
}

/** Where one signs: files, and a token for whoever asks. */
export interface Place extends Files {
  token(): Promise<string>
}

/** Whom a verifier is to find: `key` stands for the file KEY.pub. */
export interface Expected {
  readonly key: string
  readonly name: string
  readonly issuer: string
}

function environment(place: Place, { log }: Cell): Environment {
  return {
    COSIGN_TRUSTED_ROOT: place.trustedRoot,
    COSIGN_SIGNING_CONFIG: log === 'Rekor v1' ? place.signingConfig : place.signingConfigRekor2,
    COSIGN_YES: 'true',
    ...noPassword,
  }
}

function trustConfig(place: Place, { log }: Cell): string[] {
  return ['--trust-config', log === 'Rekor v1' ? place.trustConfig : place.trustConfigRekor2]
}

export interface Bench extends Workbench {
  readonly place: Place
}

/** Needs the file P-256.key on the workbench. */
export async function sign(bench: Bench, client: Client, cell: Cell, { file, bundle }: Exhibit): Promise<Run> {
  const token = await bench.place.token()
  bench.put('predicate', JSON.stringify(predicate))
  if (client === 'sigstore-python') {
    const attest = ['attest', '--predicate', 'predicate', '--predicate-type', predicateType]
    const verb = cell.of === 'file' ? ['sign'] : attest
    const args = [...trustConfig(bench.place, cell), ...verb, '--identity-token', token, '--bundle', bundle, file]
    return bench.run(program(python), args)
  }
  const verb = cell.of === 'file' ? ['sign-blob', file] : ['attest-blob', ...statementFlags(bench, client, file)]
  const key = cell.by === 'key' ? ['--key', 'P-256.key'] : []
  const identity = cell.by === 'key' ? {} : { SIGSTORE_ID_TOKEN: token }
  return bench.use(client, [...verb, ...key, '--bundle', bundle], { ...environment(bench.place, cell), ...identity })
}

/** cosign's own statements are in-toto's v0.1, which sigstore-python does not read: cosign is given a whole one. */
function statementFlags(bench: Bench, client: Client, file: string): string[] {
  if (client !== 'cosign') return ['--predicate', 'predicate', '--type', predicateType, file]
  const sha256 = createHash('sha256').update(bench.read(file)).digest('hex')
  const subject = [{ name: file, digest: { sha256 } }]
  const statement = { _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate }
  bench.put(`${file}.statement`, JSON.stringify(statement))
  return ['--statement', `${file}.statement`]
}

/** By the exit code and by the words: a verifier that ends in any other way has neither accepted nor refused. */
export async function accepts(
  bench: Bench,
  client: Client,
  cell: Cell,
  { file, bundle }: Exhibit,
  expected: Expected,
): Promise<boolean> {
  const run = await verify(bench, client, cell, { file, bundle }, expected)
  const says = client === 'sigstore-python' ? `OK: ${file}` : 'Verified OK'
  const verified = run.stderr.includes(says)
  const refusal = client === 'sealwax' ? [10, 12] : [1]
  if (run.code === 0 && verified) return true
  if (refusal.includes(run.code ?? -1) && !verified && !/^(panic|goroutine|Traceback)/m.test(run.stderr)) return false
  throw new Error(`${client} ended with ${run.code}: ${run.stderr}`)
}

function verify(bench: Bench, client: Client, cell: Cell, { file, bundle }: Exhibit, expected: Expected): Promise<Run> {
  if (client === 'sigstore-python') {
    const who = ['--cert-identity', expected.name, '--cert-oidc-issuer', expected.issuer]
    return bench.run(program(python), [
      ...trustConfig(bench.place, cell),
      'verify',
      'identity',
      '--bundle',
      bundle,
      ...who,
      file,
    ])
  }
  const verb = cell.of === 'file' ? ['verify-blob'] : ['verify-blob-attestation', '--type', predicateType]
  const who = cell.by === 'key' ? ['--key', `${expected.key}.pub`] : from(expected)
  return bench.use(client, [...verb, '--bundle', bundle, ...who, file], environment(bench.place, cell))
}
