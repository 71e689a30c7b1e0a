// Holds the order of the rooms (the order is the law) over the whole import graph, type imports included.
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, type Import, importsOf, src, surroundingsOf } from './source.ts'

const rooms =
  'errors.ts limits.ts encoding net subject statement keys identity fulcio rekor tsa trust oci bundle seal verify policy session index.ts'.split(
    ' ',
  )
const pure = ['encoding', 'statement', 'bundle', 'verify', 'policy']
const apart = ['net', 'identity', 'seal', 'session']
/** Rooms with a second door, signing.ts: what only those need who sign. By index.ts come those who check. */
const twofold = ['statement', 'keys', 'fulcio', 'rekor', 'tsa']
/** The second door of subject: it loads nothing. */
const naming = 'subject/subject.ts'

const roomOf = (file: string): string => file.split('/')[0] ?? ''
/** The second door of trust: what is kept up to date over the network. Nothing else in that room reaches it. */
const updating = 'trust/tuf/'
const doorsOf = (room: string): string[] =>
  room.endsWith('.ts')
    ? [room]
    : [
        `${room}/index.ts`,
        ...(twofold.includes(room) ? [`${room}/signing.ts`] : []),
        ...(room === 'subject' ? [naming] : []),
        ...(updating.startsWith(`${room}/`) ? [`${updating}index.ts`] : []),
      ]

/** An import of one of our own files. */
interface Passage extends Import {
  readonly to: string
}

const imports = files.flatMap(importsOf)
const own = imports.filter((found): found is Passage => found.isFile)
const inside = own.filter(({ from, to }) => roomOf(from) !== roomOf(to))
const show = ({ from, to, names }: Import): string => `${from} -> ${to} {${names.join(', ')}}`

/** All files that some files lead to. */
function reachedFrom(starts: readonly string[], passages: readonly Passage[]): string[] {
  const reached = new Set(starts)
  for (const file of reached) for (const { from, to } of passages) if (from === file) reached.add(to)
  return [...reached]
}

/** The files of the pure rooms, and all that runs where something is verified or judged. */
// One file of theirs asks Node for a package when it is needed, and does nothing else.
const still = reachedFrom(
  files.filter((file) => pure.includes(roomOf(file))),
  own.filter(({ isType, from }) => !isType && !from.endsWith('/signing.ts')),
).filter((file) => file !== 'policy/engine.ts')

describe('the rooms of this package', () => {
  test('are those of the design, and every relative import leads to a file', () => {
    expect(files.map(roomOf).filter((room) => !rooms.includes(room))).toEqual([])
    const lost = imports.filter(({ isFile, to }) => isFile && !files.includes(to ?? ''))
    expect(lost.map(show)).toEqual([])
    expect(inside.length).toBeGreaterThan(30)
  })

  test('import by names that can be read, except for the packages of key stores', () => {
    expect(imports.filter(({ to }) => to === undefined).map(({ from }) => from)).toEqual(['keys/store.ts'])
  })

  test('import only rooms above them', () => {
    const upward = inside.filter(({ from, to }) => rooms.indexOf(roomOf(to)) > rooms.indexOf(roomOf(from)))
    expect(upward.map(show)).toEqual([])
  })

  test('are entered only through their doors', () => {
    const windows = inside.filter(({ to }) => !doorsOf(roomOf(to)).includes(to))
    expect(windows.map(show)).toEqual([])
  })

  test('reach the network only from files named client.ts', () => {
    const others = inside.filter(({ from, to }) => roomOf(to) === 'net' && basename(from) !== 'client.ts')
    expect(others.map(show)).toEqual([])
  })

  test.each(['verify', 'policy', 'trust', 'bundle', ...twofold])(
    '%s, for those who check, leads to nothing that signs and to no network, not even by a type or by way of another room',
    (room) => {
      const isStart = (file: string): boolean =>
        twofold.includes(room) ? file === `${room}/index.ts` : roomOf(file) === room && !file.startsWith(updating)
      const reached = reachedFrom(files.filter(isStart), own)
      const isApart = (file: string): boolean => apart.includes(roomOf(file)) || file.startsWith(updating)
      expect(reached.filter((file) => isApart(file) || basename(file) === 'signing.ts')).toEqual([])
    },
  )

  test('each open with a few lines that say what lives there, at every door', () => {
    const silent = rooms
      .flatMap(doorsOf)
      .filter((door) => files.some((file) => roomOf(file) === roomOf(door)))
      .filter((door) => !/^\/\/ \S/.test(readFileSync(join(src, door), 'utf8')))
    expect(silent).toEqual([])
  })
})

describe('the pure rooms, and all that verifying needs of the others,', () => {
  test('import nothing of Node but buffers and the cryptography that checks', () => {
    const checking =
      'KeyObject X509Certificate Hash constants createHash hash createPublicKey createVerify verify publicDecrypt timingSafeEqual'.split(
        ' ',
      )
    const fine = ({ to, names }: Import): boolean =>
      to === 'node:buffer' || (to === 'node:crypto' && names.every((name) => checking.includes(name)))
    const builtin = imports.filter(({ from, to }) => still.includes(from) && to?.startsWith('node:'))
    expect(builtin.filter((found) => !fine(found)).map(show)).toEqual([])
    const unprefixed = imports.filter(({ to = '' }) => !to.startsWith('node:') && isBuiltin(to))
    expect(unprefixed.map(show)).toEqual([])
  })

  test('ask neither the clock nor chance, and know nothing of the process', () => {
    expect(still.flatMap((file) => surroundingsOf(file).map((name) => `${file}: ${name}`))).toEqual([])
  })
})
