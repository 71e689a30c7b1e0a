// The bundle of a file, and the file as what a signature may cover.
import { contentArtifact, digestArtifact, fileChunks, limits, loadPrehashVerifier, parseBundle } from '@sealwax/core'
import { existsSync } from 'node:fs'
import type { Artifact, ArtifactOptions, Bundle } from '@sealwax/core'
import { SealwaxError } from '@sealwax/core/errors'
import { contentOf } from '../signing/content.ts'
import { bundleSuffix, requireBundle } from '../signing/targets.ts'

/** Where the bundle of `file` is: what --bundle says, with `{}` for the file, or FILE.sigstore.json. @throws USAGE */
export function bundlePathOf(file: string, template: string | undefined): string {
  requireBundle(template)
  if (template !== undefined) return template.replaceAll('{}', () => file)
  if (file !== '-' && digestOf(file) === undefined) return file + bundleSuffix
  throw new SealwaxError('USAGE', '--bundle is missing', {
    hint: 'without a file there is no FILE.sigstore.json to look for',
  })
}

/** Reads a bundle. @throws SIGNATURE_MISSING when there is none, BUNDLE_INVALID, INPUT_TOO_LARGE */
export async function readBundle(path: string, file: string): Promise<Bundle> {
  if (path !== '-' && !existsSync(path)) {
    throw new SealwaxError('SIGNATURE_MISSING', `there is no signature of ${file}`, {
      expected: `a bundle at ${path}`,
      found: 'nothing',
      hint: 'name the bundle with --bundle',
    })
  }
  return parseBundle(await readBounded(path, limits.bundle, 'the bundle'))
}

/**
 * A file, standard input (`-`) or a digest (`sha256:<hex>`) as an artifact. A file is read as often as needed, in pieces.
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, INPUT_TOO_LARGE
 */
export async function artifactOf(file: string): Promise<Artifact> {
  return (await openArtifact(file))()
}

/**
 * The same in two steps: that the file is there is told before its bundle is looked at, and the bundle then says what it takes
 * to check the signature.
 * @throws as `artifactOf`
 */
export async function openArtifact(file: string): Promise<(bundle?: Bundle) => Promise<Artifact>> {
  const digest = existsSync(file) ? undefined : digestOf(file)
  if (digest !== undefined) return () => digestArtifact(digest.algorithm, Buffer.from(digest.hex, 'hex'))
  if (file !== '-') {
    for (const _piece of fileChunks(file)) break
    return async (bundle) => contentArtifact(() => fileChunks(file), await optionsFor(bundle))
  }
  // Which hash is wanted is known only from the bundle, and standard input can be read but once.
  const bytes = await readBounded('-', limits.wholeMessage, 'standard input')
  return async (bundle) => contentArtifact(() => [bytes], await optionsFor(bundle))
}

/** Ed25519ph, as cosign signs with Ed25519 keys for a log, goes with SHA-512; nothing else needs its arithmetic. */
async function optionsFor(bundle: Bundle | undefined): Promise<ArtifactOptions> {
  if (!isSha512(bundle)) return {}
  return { prehash: await loadPrehashVerifier() }
}

/** Whether the bundle says that a SHA-512 digest was signed. */
function isSha512(bundle: Bundle | undefined): boolean {
  const { content } = bundle ?? {}
  return content?.$case === 'messageSignature' && content.messageSignature.messageDigest.algorithm === 3
}

type HashName = 'sha256' | 'sha384' | 'sha512'
const lengths: Readonly<Record<HashName, number>> = { sha256: 64, sha384: 96, sha512: 128 }

/** `sha256:<hex>` taken apart; undefined for anything else. */
export function digestOf(text: string): { readonly algorithm: HashName; readonly hex: string } | undefined {
  const [, name, hex] = /^(sha256|sha384|sha512):([0-9a-f]+)$/i.exec(text) ?? []
  const algorithm = name?.toLowerCase() as HashName | undefined
  if (algorithm === undefined || hex?.length !== lengths[algorithm]) return undefined
  return { algorithm, hex }
}

async function readBounded(path: string, limit: number, what: string): Promise<Buffer> {
  const content = await contentOf(path)
  if (content instanceof Uint8Array) return Buffer.from(content)
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of content) {
    size += piece.length
    if (size > limit)
      throw new SealwaxError('INPUT_TOO_LARGE', `${what} is too large`, {
        expected: `at most ${limit} bytes`,
        found: path,
      })
    // Copied: the source may use its buffer again.
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces)
}
