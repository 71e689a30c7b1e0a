// Changes of a bundle that know its fields: each is replaced, removed, given twice, exchanged with that of another good bundle,
// of another type, or changed in what it means.
import { again, type Json, literal, places, put, type Place, valueAt, valueIn, write } from './json.ts'
import type { Random } from './random.ts'
import { editText } from './texts.ts'

type Edit = (place: Place, random: Random, root: Json, donor: Json) => string | undefined

const junk: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  '',
  'x',
  '0',
  'AAAA',
  [],
  [null],
  {},
  { x: 1 },
  literal('1e400'),
  literal('-0'),
  literal('9'.repeat(400)),
  literal('1.0'),
  literal('1e2'),
]

const edits: Readonly<Record<string, Edit>> = {
  remove({ parent, key }) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1)
    else Reflect.deleteProperty(parent, key)
    return undefined
  },
  replace(place, random) {
    const value = random.pick(junk)
    put(place, structuredClone(value))
    return JSON.stringify(value).slice(0, 20)
  },
  wrap(place, random) {
    put(place, random.chance(0.5) ? [valueAt(place)] : { value: valueAt(place) })
    return undefined
  },
  exchange(place, random, root, donor) {
    const other = valueIn(donor, place.path)
    const elsewhere = random.pick(places(root))
    put(place, structuredClone(other ?? valueAt(elsewhere)))
    return other === undefined ? `with ${elsewhere.path.join('.')}` : 'with the same of another bundle'
  },
  move(place, random, root) {
    const other = random.pick(places(root))
    const value = structuredClone(valueAt(other))
    put(other, structuredClone(valueAt(place)))
    put(place, value)
    return `with ${other.path.join('.')}`
  },
  twice({ parent, key }, random, root, donor) {
    const value = Reflect.get(parent, key) as Json
    if (Array.isArray(parent)) {
      parent.splice(Number(key), 0, structuredClone(value))
      return undefined
    }
    const other = random.pick([value, null, random.pick(junk), valueAt(random.pick(places(donor)))])
    const escaped = random.chance(0.2)
      ? String(key).replace(/^./, (first) => `\\u00${first.codePointAt(0)?.toString(16)}`)
      : String(key)
    // Before or after the one that was there.
    const entries = Object.entries(parent)
    const at = random.chance(0.5) ? 0 : entries.length
    for (const [name] of entries) Reflect.deleteProperty(parent, name)
    Object.assign(parent, Object.fromEntries(entries.toSpliced(at, 0, [again(escaped, 1), structuredClone(other)])))
    return undefined
  },
  rename({ parent, key }, random) {
    if (Array.isArray(parent)) return undefined
    const name = String(key)
    const other = random.pick([
      name.toUpperCase(),
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      `${name} `,
      `${name}s`,
      '__proto__',
      'constructor',
      '',
    ])
    const entries = Object.entries(parent).map(([item, value]): [string, Json] => [
      item === name ? again(other, 1) : item,
      value,
    ])
    for (const item of Object.keys(parent)) Reflect.deleteProperty(parent, item)
    Object.assign(parent, Object.fromEntries(entries))
    return other
  },
  add({ parent }, random) {
    const name = random.pick([
      'unknown',
      '__proto__',
      'constructor',
      'toString',
      '$schema',
      '@type',
      'dsseEnvelope',
      'messageSignature',
      'publicKey',
      'certificate',
      'x509CertificateChain',
      'inclusionPromise',
      'keyid',
      'hint',
    ])
    const value = random.pick([...junk, { rawBytes: 'AAAA' }, { hint: 'x' }, { certificates: [] }])
    if (Array.isArray(parent)) parent.push(structuredClone(value))
    else Object.assign(parent, { [again(name, 1)]: structuredClone(value) })
    return name
  },
  list(place, random, _root, donor) {
    const value = valueAt(place)
    if (!Array.isArray(value)) return undefined
    const others = valueIn(donor, place.path)
    const edited = random.pick([
      () => value.toReversed(),
      () => value.slice(1),
      () => [...value, ...value],
      () => [...value, ...(Array.isArray(others) ? others : [])],
      () => [...(Array.isArray(others) ? others : []), ...value],
      () => Array.from({ length: random.pick([16, 17, 32, 33, 64, 65, 1000]) }, () => value[0] ?? null),
    ])()
    put(place, structuredClone(edited))
    return `${value.length} to ${edited.length}`
  },
}

/** One change of the tree; says what was done. `donor` is another good bundle, or what is at the same place of one. */
export function editField(root: Json, random: Random, donor: Json): string {
  const all = places(root)
  if (all.length === 0) return 'nothing is left'
  const place = random.pick(all)
  const value = valueAt(place)
  const at = place.path.join('.')
  if (typeof value === 'string' && random.chance(0.6)) {
    const [name, edited] = editText(value, random, editInside)
    put(place, edited)
    return `${at}: ${name}`
  }
  const name = Array.isArray(value) && random.chance(0.4) ? 'list' : random.pick(Object.keys(edits))
  const more = edits[name]?.(place, random, root, donor)
  return `${at}: ${name}${more === undefined ? '' : ` ${more}`}`
}

function editInside(root: Json, random: Random): readonly [string, string] {
  if (places(root).length === 0) return ['nothing', JSON.stringify(root)]
  if (random.chance(0.15)) return ['spaces', JSON.stringify(root, undefined, random.pick([1, 2]))]
  return [editField(root, random, root), write(root)]
}
