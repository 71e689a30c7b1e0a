import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../limits.ts'

/** The checksum file's name: what users of `sha256sum` look for. */
export const SUMS_NAME = 'SHA256SUMS'
/** The unsigned statement's name (mode `statement`). */
export const STATEMENT_NAME = 'attestation.intoto.json'
/** How the build type of statement/ begins, in every version; repeated because this file loads without that room. */
const BUILD_TYPES = 'https://github.com/sealwax/sealwax/blob/main/.github/build-types/bundle-v'

/**
 * The files at the top of a folder that an earlier signing of ours left there, by name. Only what is recognised as ours is
 * listed: a bundle under the bundle's name and a statement, both with our build type, the checksum file that one of them
 * gives the digest of, and the temporary files of a process that was killed while it wrote one of these.
 * Synchronous and without cryptography until there is a checksum file: it runs inside a bundler's hook.
 */
export function findOurs(directory: string, bundle: string): string[] {
  const entries = namesIn(directory)
  const speaking = [bundle, STATEMENT_NAME]
  // A process killed between two renames leaves the checksum file in place, and what names it under its temporary name.
  const statements = entries
    .filter((entry) => speaking.includes(leftoverOf(entry) ?? entry))
    .flatMap((name) => readOurs(join(directory, name)).map((statement) => ({ name, statement })))
  const leftovers = entries.filter((entry) => [...speaking, SUMS_NAME].includes(leftoverOf(entry) ?? ''))
  const digests = statements.flatMap(({ statement }) => sumsDigest(statement))
  const isOurs = digests.length > 0 && entries.includes(SUMS_NAME) && digests.includes(hashSums(directory))
  return [...new Set([...statements.map(({ name }) => name), ...leftovers, ...(isOurs ? [SUMS_NAME] : [])])]
}

/** Removes what {@link findOurs} finds: when a build writes again, its old signature speaks of other files. */
export function removeOurs(directory: string, bundle: string): void {
  for (const name of findOurs(directory, bundle)) {
    try {
      rmSync(join(directory, name), { force: true })
    } catch {
      // Held open by another program (Windows). It no longer verifies, and signing will replace it or say why not.
    }
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** What would have become of a temporary file. The pattern is that of subject/write.ts, because this file loads without it. */
function leftoverOf(name: string): string | undefined {
  return /^\.(.+)\.[0-9a-f]{12}\.sealwax-tmp$/.exec(name)?.[1]
}

// Loose on purpose: this decides what is out of date, not what is believed.
interface Loose {
  readonly dsseEnvelope?: { readonly payload?: string }
  readonly subject?: readonly { readonly name?: unknown; readonly digest?: { readonly sha256?: unknown } }[]
  readonly predicate?: { readonly buildDefinition?: { readonly buildType?: string } }
}

/** The statement in a file, when it is one of ours; a list of one or none. */
function readOurs(path: string): Loose[] {
  try {
    const status = statSync(path)
    if (!status.isFile() || status.size > limits.bundle) return []
    const value = JSON.parse(readFileSync(path, 'utf8')) as Loose
    const payload = value.dsseEnvelope?.payload
    const statement = payload === undefined ? value : (JSON.parse(Buffer.from(payload, 'base64').toString()) as Loose)
    // Another's bundle under this name is a file like any other, and never removed.
    return statement.predicate?.buildDefinition?.buildType?.startsWith(BUILD_TYPES) ? [statement] : []
  } catch {
    // Not there, not readable, or not JSON of the expected shape: nothing of ours.
    return []
  }
}

function sumsDigest({ subject }: Loose): unknown[] {
  if (!Array.isArray(subject)) return []
  return subject.filter((one) => one?.name === SUMS_NAME).map((one) => one.digest?.sha256)
}

/** Decided by the bytes: copies and restored caches have other times. */
function hashSums(directory: string): string | undefined {
  const path = join(directory, SUMS_NAME)
  try {
    const status = statSync(path)
    if (!status.isFile() || status.size > limits.sums) return undefined
    return process.getBuiltinModule('node:crypto').hash('sha256', readFileSync(path), 'hex')
  } catch {
    return undefined
  }
}
