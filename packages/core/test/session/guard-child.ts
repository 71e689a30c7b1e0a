// A build in a process of its own, for the exit guard's tests: `guard-child.ts SCENARIO FOLDER`.
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildSession, openSession } from '../../src/session/index.ts'

const [scenario = '', folder = ''] = process.argv.slice(2)
const log = { info: console.log, warn: console.error, error: console.error }
const dist = join(folder, 'dist')
const file = (name: string): string => join(dist, name)
mkdirSync(dist, { recursive: true })

function build(key: string, options = {}): BuildSession {
  const session = openSession(key, options, log)
  session.start()
  session.begin()
  writeFileSync(file('a.js'), 'a')
  writeFileSync(file('b.js'), 'b')
  session.wrote(dist)
  return session
}

/** Two builds of one project at a time; the second one writes when the first one has failed. */
async function sideBySide(options: object): Promise<void> {
  const first = build('one', options)
  const second = openSession('one', options, log)
  second.start()
  first.fail(new Error('x'))
  await first.finish()
  second.begin()
  writeFileSync(file('c.js'), 'c')
  second.wrote(dist)
  await second.finish()
}

const scenarios: Record<string, () => Promise<unknown>> = {
  good: () => build('one').finish(),
  'good statement': () => build('one', { mode: 'statement' }).finish(),
  'late change': async () => {
    await build('one').finish()
    writeFileSync(file('a.js'), 'A')
  },
  'late touch': async () => {
    await build('one').finish()
    utimesSync(file('a.js'), 1, 1)
  },
  'late file': async () => {
    await build('one').finish()
    writeFileSync(file('late.js'), 'x')
  },
  'late dot-file': async () => {
    await build('one').finish()
    writeFileSync(file('.late'), 'x')
  },
  'late removal': async () => {
    await build('one').finish()
    rmSync(file('b.js'))
  },
  'many late files': async () => {
    await build('one').finish()
    for (let index = 10; index < 30; index++) writeFileSync(file(`late-${index}.js`), 'x')
  },
  'removed bundle': async () => {
    await build('one').finish()
    rmSync(file('attestation.sigstore.json'))
  },
  'removed folder': async () => {
    await build('one').finish()
    rmSync(dist, { recursive: true })
  },
  'exit code': async () => {
    await build('one').finish()
    process.exitCode = 3
  },
  exception: async () => {
    await build('one').finish()
    throw new Error('after signing')
  },
  'never closed': async () => build('one'),
  'one output pending': async () => {
    const session = build('one')
    session.begin()
    await session.finish()
  },
  'never closed, not required': async () => build('one', { required: false }),
  'never closed, nobody to sign': async () => build('one', { env: {} }),
  'never closed, off': async () => build('one', { mode: 'off' }),
  'never closed, failed': async () => build('one').fail(new Error('x')),
  'failed, required': async () => {
    const session = build('one', { required: true })
    session.fail(new Error('x'))
    await session.finish()
  },
  'failed, required, then signed': async () => {
    const session = build('one', { required: true })
    session.fail(new Error('x'))
    await session.finish()
    await build('one', { required: true }).finish()
  },
  'failed, required, and its folder removed': async () => {
    const session = build('one', { required: true })
    session.fail(new Error('x'))
    await session.finish()
    rmSync(dist, { recursive: true })
  },
  'signed, then begun again and failed, required': async () => {
    const session = build('one', { required: true })
    await session.finish()
    session.start(dist)
    session.fail(new Error('x'))
    await session.finish()
  },
  'side by side, one failed': () => sideBySide({}),
  'side by side, one failed, required': () => sideBySide({ required: true }),
  'ended while signing': async () => {
    void build('one').finish()
    process.exit()
  },
  'ended by whoever heard of the signature': () => build('one', { onSigned: () => process.exit() }).finish(),
  'signed with other settings later': async () => {
    await build('one', { required: true }).finish()
    await build('one', { bundle: 'other.json' }).finish()
  },
  'failed, required, beside one that is off': async () => {
    const session = build('one', { required: true })
    build('one', { mode: 'off' })
    session.fail(new Error('x'))
    await session.finish()
  },
  'two sessions': async () => {
    await build('one').finish()
    await build('two').finish()
    if (process.listenerCount('exit') > 1) throw new Error('more than one guard')
    writeFileSync(file('late.js'), 'x')
  },
  'rebuilt and signed again': async () => {
    const session = build('one')
    await session.finish()
    session.start()
    session.begin()
    writeFileSync(file('a.js'), 'other')
    session.wrote(dist)
    await session.finish()
  },
  nothing: async () => {
    const session = openSession('one', {}, log)
    session.start()
    await session.finish()
    if (process.listenerCount('exit') > 0) throw new Error('a guard without anything to guard')
  },
}

await scenarios[scenario]?.()
