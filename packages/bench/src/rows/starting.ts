// Whole processes: what a person or a script waits for who calls the command once.
import { readFileSync } from 'node:fs'
import { missing, program } from '@sealwax/interop/peers'
import { startSandbox } from '@sealwax/sandbox'
import { run } from '../command.ts'
import { writeFiles } from '../files.ts'
import { interleave, median, spread } from '../measure.ts'
import type { Place } from '../published.ts'
import { type Row, time } from '../row.ts'
import type { Sizes } from '../sizes.ts'

const identity = [
  '--certificate-identity',
  'https://github.com/acme/storefront/.github/workflows/release.yml@refs/heads/main',
  '--certificate-oidc-issuer',
  'https://token.actions.githubusercontent.com',
]

type Contestant = () => Promise<unknown>
const node: Contestant = () => run(process.execPath, ['-e', '0'])

export async function measureStarting(place: Place, { starting }: Sizes): Promise<Row[]> {
  const { files, options } = await signFiles(place, starting.files)
  const flags = ['--trusted-root', options.trustedRoot, ...identity]
  const bundleOf = (file: string): string => `${file}.sigstore.json`
  const ours = (many: readonly string[]): Contestant => {
    const bundle = many.length === 1 ? ['--bundle', bundleOf(many[0] ?? '')] : []
    return () => run(process.execPath, [place.sealwax, 'verify-blob', ...flags, ...bundle, ...many])
  }
  const cosign = (file: string): Promise<unknown> =>
    run(program('cosign'), ['verify-blob', ...flags, '--bundle', bundleOf(file), file])
  const hasPeer = missing('cosign').length === 0
  const [first = ''] = files
  const one = ours([first])
  return [
    await version(place, starting.runs),
    await overNode('Load `@sealwax/core/verify`', () => loadVerifier(place), starting.runs, 20),
    await overNode('`sealwax verify-blob` of one file, keyless', one, starting.runs, 30),
    await against('The same, against cosign', one, hasPeer ? () => cosign(first) : undefined, starting.runs),
    await against(
      `\`sealwax verify-blob\` of ${files.length} files in one call`,
      ours(files),
      hasPeer ? () => inTurn(files, cosign) : undefined,
      starting.rounds,
      10,
    ),
  ]
}

async function signFiles(
  place: Place,
  count: number,
): Promise<{ files: string[]; options: { readonly trustedRoot: string } }> {
  const files = writeFiles(place.path('signed'), count)
  const sandbox = await startSandbox({ directory: place.path('starting-services') })
  try {
    const env = await sandbox.environment({ kind: 'github', repository: 'acme/storefront' })
    await run(process.execPath, [place.sealwax, 'sign-blob', '--yes', ...files], { env })
    return { files, options: { trustedRoot: sandbox.files.trustedRoot } }
  } finally {
    await sandbox.close()
  }
}

async function inTurn(files: readonly string[], act: (file: string) => Promise<unknown>): Promise<void> {
  for (const file of files) await act(file)
}

function loadVerifier(place: Place): Promise<unknown> {
  const { publishConfig } = JSON.parse(readFileSync(place.path('node_modules/@sealwax/core/package.json'), 'utf8')) as {
    publishConfig: { exports: Record<string, string> }
  }
  const door = place.path(`node_modules/@sealwax/core/${publishConfig.exports['./verify']}`)
  return run(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(`file://${door}`)})`])
}

async function version({ sealwax }: Place, runs: number): Promise<Row> {
  const times = await interleave(runs, { ours: () => run(process.execPath, [sealwax, 'version']), node })
  const [ours, theirs] = [median(times.ours), median(times.node)]
  return {
    what: '`sealwax version`',
    ours: time(ours),
    peer: `${time(theirs)} (\`node -e 0\`)`,
    ratio: { value: ours / theirs, unit: 'times', bar: { most: 1.5 } },
    note: `Whole processes, medians of ${runs} interleaved runs; quartiles ${spread(times.ours, time)} against ${spread(times.node, time)}.`,
  }
}

/** How much longer than a Node.js that does nothing. */
async function overNode(what: string, ours: Contestant, runs: number, most: number): Promise<Row> {
  const times = await interleave(runs, { ours, node })
  const [mine, theirs] = [median(times.ours), median(times.node)]
  return {
    what,
    ours: time(mine),
    peer: `${time(theirs)} (\`node -e 0\`)`,
    ratio: { value: mine - theirs, unit: 'ms more', bar: { most } },
    note: `Whole processes, medians of ${runs} interleaved runs; quartiles ${spread(times.ours, time)} against ${spread(times.node, time)}.`,
  }
}

async function against(
  what: string,
  ours: Contestant,
  theirs: Contestant | undefined,
  runs: number,
  least?: number,
): Promise<Row> {
  if (theirs === undefined)
    return { what, ours: '', peer: '', note: 'Not measured: cosign is not installed (see packages/interop).' }
  const times = await interleave(runs, { ours, theirs })
  const [mine, other] = [median(times.ours), median(times.theirs)]
  return {
    what,
    ours: time(mine),
    peer: `${time(other)} (\`cosign verify-blob\`${least === undefined ? '' : ' in a loop'})`,
    ratio: { value: other / mine, unit: 'times', ...(least !== undefined && { bar: { least } }) },
    note: `Whole processes, medians of ${runs} interleaved runs; quartiles ${spread(times.ours, time)} against ${spread(times.theirs, time)}. Same bundles, trusted root and identity.`,
  }
}
