// A bundle as a tree whose every place can be changed, and written with what JSON.stringify could not: members of one name,
// values that are no JSON value.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A place in a tree: the object or list around it, and where in that. */
export interface Place {
  readonly parent: Json[] | { [name: string]: Json }
  readonly key: string | number
  /** Names and numbers from the root, for people and for the same place in another bundle. */
  readonly path: readonly (string | number)[]
}

export function places(parent: Json, path: readonly (string | number)[] = []): Place[] {
  if (parent === null || typeof parent !== 'object') return []
  const keys = Array.isArray(parent) ? [...parent.keys()] : Object.keys(parent)
  return keys.flatMap((key) => {
    const inner = [...path, key]
    return [{ parent, key, path: inner }, ...places(Reflect.get(parent, key) as Json, inner)]
  })
}

export const valueAt = ({ parent, key }: Place): Json => Reflect.get(parent, key) as Json
export const put = ({ parent, key }: Place, value: Json): void =>
  void Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true })

/** The value at the same place of another tree. */
export function valueIn(root: Json, path: Place['path']): Json | undefined {
  let value: Json | undefined = root
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = Object.hasOwn(value, key) ? (Reflect.get(value, key) as Json) : undefined
  }
  return value
}

// Marks go through JSON.stringify as strings and names, and are replaced in its text.
const open = '\u2045'
const close = '\u2046'

/** A value that is written as it stands, be it JSON or not. */
export const literal = (text: string): string => `${open}${text}${close}`
/** Another member of that name. */
export const again = (name: string, count: number): string => `${open}${count}:${name}${close}`

export function write(root: Json): string {
  const plain = (marked: string): string => String(JSON.parse(`"${marked}"`))
  return JSON.stringify(root)
    .replaceAll(/"\u2045[0-9]+:([^\u2046]*)\u2046":/g, (_, name: string) => `"${plain(name)}":`)
    .replaceAll(/"\u2045([^\u2046]*)\u2046"/g, (_, text: string) => plain(text))
}
