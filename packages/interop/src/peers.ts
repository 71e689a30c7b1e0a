// The peers of the suite: what they are, at which version, and where they are kept.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** How one peer comes to be. `edit` changes one line of its source: the metrics port, which would listen on every interface. */
export interface Peer {
  readonly name: string
  readonly module: string
  readonly version: string
  readonly package: string
  readonly edit?: { readonly file: string; readonly from: string; readonly to: string }
}

export const peers: readonly Peer[] = [
  { name: 'cosign', module: 'github.com/sigstore/cosign/v3', version: 'v3.1.3', package: './cmd/cosign' },
  {
    name: 'fulcio',
    module: 'github.com/sigstore/fulcio',
    version: 'v1.8.8',
    package: '.',
    edit: {
      file: 'cmd/app/serve.go',
      from: 'fmt.Sprintf(":%v", viper.GetString("metrics-port"))',
      to: 'fmt.Sprintf("127.0.0.1:%v", viper.GetString("metrics-port"))',
    },
  },
  {
    name: 'timestamp-server',
    module: 'github.com/sigstore/timestamp-authority/v2',
    version: 'v2.1.3',
    package: './cmd/timestamp-server',
    edit: { file: 'pkg/server/prometheus.go', from: '":2112"', to: '"127.0.0.1:0"' },
  },
  {
    name: 'rekor-server',
    module: 'github.com/sigstore/rekor',
    version: 'v1.5.4',
    package: './cmd/rekor-server',
    edit: { file: 'cmd/rekor-server/app/serve.go', from: '":2112"', to: '"127.0.0.1:0"' },
  },
  {
    name: 'rekor-tiles',
    module: 'github.com/sigstore/rekor-tiles/v2',
    version: 'v2.3.0',
    package: './cmd/rekor-server/posix',
  },
  {
    name: 'ct_server',
    module: 'github.com/google/certificate-transparency-go',
    version: 'v1.4.0',
    package: './trillian/ctfe/ct_server',
  },
  {
    name: 'sigstore-go-conformance',
    module: 'github.com/sigstore/sigstore-go',
    version: 'v1.3.0',
    package: './test/conformance',
  },
  { name: 'createtree', module: 'github.com/google/trillian', version: 'v1.8.0', package: './cmd/createtree' },
]

/** Our own small program: Trillian's log server over its in-memory storage, for the CT log and Rekor. */
export const trillian = 'trillian-mem'

/** Our own small program around sigstore-go, which says of many bundles whether they verify. */
export const judge = 'sigstore-go-judge'

/** The Sigstore client in Python; `sigstore-python.txt` says at which version, and with which packages. */
export const python = 'sigstore-python'

/** Where peers are kept between runs. */
export const cache: string = process.env['SEALWAX_PEERS'] ?? join(homedir(), '.cache', 'sealwax-peers')

/** The program of a peer, whether it is there or not. */
export function program(name: string): string {
  return join(cache, 'bin', name)
}

/** Which of these peers are not installed. */
export function missing(...names: readonly string[]): string[] {
  return names.filter((name) => !existsSync(program(name)))
}
