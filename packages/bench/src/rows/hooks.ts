// What the plugin costs a build: the time in its hooks, the same work with nothing beside it, and whole builds in pairs.
import { readFileSync } from 'node:fs'
import { startSandbox } from '@sealwax/sandbox'
import { run, type Timed } from '../command.ts'
import { type Config, writeApp } from '../fixture/app.ts'
import { median, spread } from '../measure.ts'
import type { Place } from '../published.ts'
import { figure, type Row, time } from '../row.ts'
import type { Sizes } from '../sizes.ts'

/** What the probe tells, in milliseconds. */
interface Record {
  readonly inside: number
  readonly network: number
}

interface Builder {
  build(config: Config): Promise<Timed>
  /** A build with the probe, and the work alone on what it wrote. */
  probe(): Promise<{ hooks: Record; alone: Record }>
}

export async function measureHooks(place: Place, { hooks }: Sizes): Promise<Row[]> {
  const sandbox = await startSandbox({ directory: place.path('hooks-services') })
  try {
    const env = await sandbox.environment({ kind: 'github', repository: 'acme/storefront' })
    const builder = openBuilder(place, env)
    const modules = await writeModules(place.path('app'), builder, hooks)
    // Not counted: the first builds find cold files.
    await builder.build('signed')
    const runs = []
    for (let pair = 0; pair < hooks.pairs; pair++) runs.push(await measurePair(builder, pair))
    return rowsOf(modules, runs)
  } finally {
    await sandbox.close()
  }
}

function openBuilder(place: Place, env: Readonly<{ [name: string]: string }>): Builder {
  const cwd = place.path('app')
  const vite = place.path('node_modules/vite/bin/vite.js')
  const file = place.path('record.json')
  const node = (args: readonly string[]): Promise<Timed> =>
    run(process.execPath, args, { cwd, env: { ...env, BENCH_RECORD: file } })
  const build = (config: Config): Promise<Timed> => node([vite, 'build', '--config', `${config}.config.js`])
  const record = (): Record => JSON.parse(readFileSync(file, 'utf8')) as Record
  return {
    build,
    probe: async () => {
      await build('probed')
      const hooks = record()
      await node(['alone.ts'])
      return { hooks, alone: record() }
    },
  }
}

/** Fills up what the libraries have to the number that is asked for. @returns how many modules Vite counts then */
async function writeModules(
  directory: string,
  builder: Builder,
  { modules, libraries }: Sizes['hooks'],
): Promise<number> {
  writeApp(directory, 1, libraries)
  const missing = modules - countModules(await builder.build('plain'))
  writeApp(directory, 1 + missing, libraries)
  return countModules(await builder.build('plain'))
}

function countModules({ stdout }: Timed): number {
  const count = /(\d+) modules transformed/.exec(stdout)?.[1]
  if (count === undefined) throw new Error(`Vite did not say how many modules there are:\n${stdout}`)
  return Number(count)
}

interface Run {
  readonly plain: number
  readonly signed: number
  readonly hooks: Record
  readonly alone: Record
}

/** Which of both comes first changes from pair to pair. */
async function measurePair(builder: Builder, pair: number): Promise<Run> {
  const first = pair % 2 === 0 ? 'plain' : 'signed'
  const one = await builder.build(first)
  const other = await builder.build(first === 'plain' ? 'signed' : 'plain')
  const [plain, signed] = first === 'plain' ? [one, other] : [other, one]
  return { plain: plain.milliseconds, signed: signed.milliseconds, ...(await builder.probe()) }
}

const own = ({ inside, network }: Record): number => inside - network

function rowsOf(modules: number, runs: readonly Run[]): Row[] {
  const plain = median(runs.map((one) => one.plain))
  const hooks = runs.map((one) => own(one.hooks))
  const alone = runs.map((one) => own(one.alone))
  const signed = runs.map((one) => one.signed)
  const difference = runs.map((one) => one.signed - one.plain)
  const network = median(runs.map((one) => one.hooks.network))
  const build = `${time(plain)} (\`vite build\` of ${modules.toLocaleString('en-US')} modules)`
  const share = (milliseconds: number): number => (milliseconds / plain) * 100
  const percent = (milliseconds: number): string => `${figure(share(milliseconds))} %`
  return [
    {
      what: 'In the hooks of the Vite plugin, less the network',
      ours: time(median(hooks)),
      peer: build,
      ratio: { value: share(median(hooks)), unit: '%', bar: { most: 3 } },
      note: `Keyless at the sandbox: loading the plugin, all its hooks and the exit guard, without ${time(network)} of waiting for answers. Medians of ${runs.length} interleaved runs, whole processes; quartiles ${spread(hooks, time)} (${spread(hooks, percent)}).`,
    },
    {
      what: 'The same work with no build beside it, less the network',
      ours: time(median(alone)),
      peer: build,
      ratio: { value: share(median(alone)), unit: '%' },
      note: `Loading our code runs beside the bundler in a build, and is in no hook's time; here everything is counted. Quartiles ${spread(alone, time)}.`,
    },
    {
      what: 'Whole builds in pairs: with the plugin, network included',
      ours: time(median(signed)),
      peer: `${time(plain)} (without)`,
      ratio: { value: share(median(difference)), unit: '%' },
      note: `The ratio is the median difference of ${runs.length} pairs (${time(median(difference))}, quartiles ${spread(difference, time)}) as a share of the build without.`,
    },
  ]
}
