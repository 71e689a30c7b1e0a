import { execFileSync } from 'node:child_process'
import { createPublicKey, hash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleJson, parseBundle } from '../../src/bundle/index.ts'
import { isSealwaxError } from '../../src/errors.ts'
import { defaultPolicy, keylessPolicy } from '../../src/policy/index.ts'
import { parseTrustedRoot } from '../../src/trust/index.ts'
import { digestArtifact } from '../../src/verify/index.ts'
import { content, identity, issuer } from '../forge/world.ts'
import { type Disputed, disputed, undisputed } from './differential.ts'
import { artifactOf, evaluate } from './evaluate.ts'

// Where @sigstore/verify and sigstore-go differ, ours does as sigstore-go does.

async function ourCodes({ bundle, root, key, asked = identity, artifact }: Disputed): Promise<string[]> {
  try {
    return evaluate(parseBundle(bundleJson(bundle)), {
      root: parseTrustedRoot(JSON.stringify(root)),
      ...(key && { key }),
      artifact:
        artifact === 'digest' ? await digestArtifact('sha256', hash('sha256', content, 'buffer')) : artifactOf(content),
      policy:
        key === undefined
          ? keylessPolicy({ issuer: { exact: issuer }, subject: { exact: asked } })
          : defaultPolicy('key'),
    }).codes
  } catch (error) {
    if (isSealwaxError(error)) return [error.code]
    throw error
  }
}

/** @sigstore/verify, asked in the way of its own command line. Throws when it refuses. */
function askLibrary({ bundle, root, key, asked = identity }: Disputed): void {
  const theirs = bundleFromJSON(JSON.parse(bundleJson(bundle)))
  const publicKey = key && createPublicKey(key.export({ type: 'spki', format: 'pem' }))
  const trust = toTrustMaterial(TrustedRoot.fromJSON(root), publicKey && (() => ({ publicKey, validFor: () => true })))
  const verifier = new Verifier(trust, {
    ctlogThreshold: key === undefined ? 1 : 0,
    tlogThreshold: 1,
    timestampThreshold: 1,
  })
  const entity = toSignedEntity(theirs, theirs.content.$case === 'messageSignature' ? content : undefined)
  verifier.verify(entity, key === undefined ? { subjectAlternativeName: asked, extensions: { issuer } } : undefined)
}

const byLibrary = (one: Disputed): string => {
  try {
    askLibrary(one)
    return 'accepts'
  } catch {
    return 'refuses'
  }
}

describe.each(disputed.map((one) => [one.name, one] as const))('%s', (_, one) => {
  test('is decided as sigstore-go decides it', async () => {
    expect(await ourCodes(one)).toEqual(one.ours)
    expect(one.ours.length > 0).toBe(one.go === 'refuses')
  })

  test.skipIf(one.js === 'cannot')('is decided in the other way by @sigstore/verify', () => {
    expect(byLibrary(one)).toBe(one.js)
    expect(one.js).not.toBe(one.go)
  })
})

test.each(undisputed.map((one) => [one.name, one] as const))('%s: all agree', async (_, one) => {
  expect(await ourCodes(one)).toEqual(one.ours)
  expect(byLibrary(one)).toBe(one.js)
})

/** The client of the conformance suite that sigstore-go builds (its test/conformance), where there is one. */
const client = process.env['SIGSTORE_GO_CONFORMANCE']

describe.skipIf(client === undefined)(
  'sigstore-go itself (skipped unless SIGSTORE_GO_CONFORMANCE names its client)',
  () => {
    let folder = ''
    beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sealwax-disputed-'))))
    afterAll(() => rmSync(folder, { recursive: true }))

    const put = (name: string, text: string | Uint8Array): string => {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    }

    const ask = ({ bundle, root, key, asked = identity, artifact }: Disputed): string => {
      const who =
        key === undefined
          ? ['--certificate-identity', asked, '--certificate-oidc-issuer', issuer]
          : ['--key', put('key.pem', key.export({ type: 'spki', format: 'pem' }))]
      const files = [
        '--bundle',
        put('bundle.json', bundleJson(bundle)),
        '--trusted-root',
        put('root.json', JSON.stringify(root)),
      ]
      const what = artifact === 'digest' ? `sha256:${hash('sha256', content)}` : put('content', content)
      try {
        execFileSync(client ?? '', ['verify-bundle', ...files, ...who, what], { stdio: 'pipe' })
        return 'accepts'
      } catch {
        return 'refuses'
      }
    }

    test.each([...disputed, ...undisputed].map((one) => [one.name, one] as const))('decides: %s', (_, one) => {
      expect(ask(one)).toBe(one.go)
    })
  },
)
