// Hashing a folder as a build is hashed, against the fastest loop that Node.js allows.
import { hash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { writeFiles } from '../files.ts'
import { interleave, median, spread } from '../measure.ts'
import type { Place } from '../published.ts'
import { figure, type Row, time } from '../row.ts'
import type { Sizes } from '../sizes.ts'

/** That part of the file which is measured. */
interface TreeRoom {
  readonly listTree: (directory: string, rule: object, ignore: readonly string[]) => object
  readonly measureTree: (listed: object) => Promise<object>
  readonly subjectsOfTree: (tree: object) => readonly object[]
}

/** Listing, sorting, checking and hashing, against hashing alone and against hashing with the plainest listing. */
export async function measureHashing(place: Place, { hashing: { files, rounds } }: Sizes): Promise<Row[]> {
  const folder = place.path('many')
  const paths = writeFiles(folder, files)
  // Not a public door: what signBuild does with a folder, without what it does then.
  const core = fileURLToPath(import.meta.resolve('@sealwax/core/package.json'))
  const tree = pathToFileURL(join(core, '../src/session/tree.ts'))
  const { listTree, measureTree, subjectsOfTree } = (await import(tree.href)) as TreeRoom
  const rule = { bundle: 'attestation.sigstore.json', dotfiles: false, exclude: [] }

  const times = await interleave(rounds, {
    ours: async () => subjectsOfTree(await measureTree(listTree(folder, rule, []))),
    raw: () => paths.map(hashRaw),
    listed: () => list(folder).map(hashRaw),
  })
  const [ours, raw, listed] = [median(times.ours), median(times.raw), median(times.listed)]
  const speed = (milliseconds: number): string => `${figure(files / milliseconds)} files/ms`
  return [
    {
      what: `Hash ${files.toLocaleString('en-US')} files of 8 KB`,
      ours: `${time(ours)} (${speed(ours)})`,
      peer: `${time(raw)} (${speed(raw)}; raw loop, files listed beforehand)`,
      ratio: { value: raw / ours, unit: 'times', bar: { least: 0.5 } },
      note: `The speed of all that a build's files go through (listing, sorting, name checks, stamps, hashing), as a part of the raw loop's: \`readSync\` into one buffer and \`crypto.hash\`. Medians of ${rounds} interleaved rounds in one process, files in the page cache; quartiles ${spread(times.ours, time)} against ${spread(times.raw, time)}.`,
    },
    {
      what: 'The same, against the raw loop with the plainest listing',
      ours: time(ours),
      peer: time(listed),
      ratio: { value: listed / ours, unit: 'times' },
      note: 'Same run; the peer lists the folder itself, without sorting or checking anything.',
    },
  ]
}

const buffer = Buffer.allocUnsafeSlow(256 * 1024)

function hashRaw(path: string): string {
  const file = openSync(path, 'r')
  const size = readSync(file, buffer, 0, buffer.length, null)
  closeSync(file)
  return hash('sha256', buffer.subarray(0, size), 'hex')
}

function list(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? list(path) : [path]
  })
}
