import { createHash } from 'node:crypto'

/** The payload of a token. */
export type Claims = Readonly<Record<string, unknown>>

/** A bare name is a branch. */
export function splitRef(ref: string): [full: string, type: 'branch' | 'tag', name: string] {
  const match = /^refs\/(heads|tags)\/(.+)$/.exec(ref)
  if (match === null) return [`refs/heads/${ref}`, 'branch', ref]
  return [ref, match[1] === 'tags' ? 'tag' : 'branch', match[2] ?? '']
}

/** Made up, but the same for the same name, as ids are. */
export function numberFor(name: string): string {
  return String(createHash('sha256').update(name).digest().readUInt32BE(0))
}

export function shaFor(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 40)
}
