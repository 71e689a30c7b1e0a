// One signature for a whole build, against one `cosign sign-blob` per file, at the same services.
import { rmSync } from 'node:fs'
import { missing, program } from '@sealwax/interop/peers'
import { run } from '../command.ts'
import { writeFiles } from '../files.ts'
import { median, spread } from '../measure.ts'
import type { Place } from '../published.ts'
import { type Row, time } from '../row.ts'
import { real, sandbox, type Services } from '../services.ts'
import type { Sizes } from '../sizes.ts'

/** A thousand files as one build, against the loop; once at the real services and once at the sandbox. */
export async function measureSigning(place: Place, { signing }: Sizes): Promise<Row[]> {
  writeFiles(place.path('dist'), signing.files)
  const singles = writeFiles(place.path('singles'), signing.cosign)
  const rows: Row[] = []
  for (const start of [real, sandbox]) {
    const services = await start(place.path(`services-${start.name}`))
    try {
      rows.push(await compare(place, services, singles, signing))
    } finally {
      await services?.close()
    }
  }
  return rows
}

async function compare(
  place: Place,
  services: Services | undefined,
  singles: readonly string[],
  { files, runs }: Sizes['signing'],
): Promise<Row> {
  const what = `Sign a build of ${files} files, keyless${services ? `, ${services.name}` : ''}`
  if (services === undefined || missing('cosign').length > 0)
    return { what, ours: '', peer: '', note: 'Not measured: the peers are not installed (see packages/interop).' }
  const flags = ['--yes', '--trusted-root', services.trustedRoot, '--signing-config', services.signingConfig]
  // Both find the token in this variable; on a command line it would be in the message of a failure.
  const options = async () => ({ cwd: place.directory, env: { SIGSTORE_ID_TOKEN: await services.token() } })

  const sealwax = async (): Promise<number> => {
    rmSync(place.path('dist/attestation.sigstore.json'), { force: true })
    const args = [place.sealwax, 'sign-build', 'dist', ...flags]
    return (await run(process.execPath, args, await options())).milliseconds
  }
  const cosign = async (file: string): Promise<number> => {
    const args = ['sign-blob', '--bundle', `${file}.json`, ...flags, file]
    return (await run(program('cosign'), args, await options())).milliseconds
  }

  // The first of each finds cold services, and is not counted.
  await sealwax()
  for (const file of writeFiles(place.path('warm'), 1)) await cosign(file)
  const ours: number[] = []
  const theirs: number[] = []
  for (const [index, file] of singles.entries()) {
    if (index % Math.ceil(singles.length / runs) === 0) ours.push(await sealwax())
    theirs.push(await cosign(file))
  }
  const loop = theirs.reduce((sum, one) => sum + one, 0)
  const scaled = (loop * files) / theirs.length
  return {
    what,
    ours: time(median(ours)),
    peer: `${time(scaled)} (\`cosign sign-blob\` in a loop)`,
    ratio: { value: scaled / median(ours), unit: 'times', bar: { least: 100 } },
    note: `\`sealwax sign-build\`, whole process, median of ${ours.length} (quartiles ${spread(ours, time)}), files of 8 KB; cosign: ${theirs.length} files one after the other in ${time(loop)} (${time(median(theirs))} each), scaled to ${files}. ${services.parts}`,
  }
}
