// Real production bundles: every signed download of CPython, by its digest, as the suite does it with one for each release.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { answer, refusal } from './client.ts'

interface Download {
  readonly release: string
  readonly url: string
  readonly sha256: string
  readonly identity: string
  readonly issuer: string
  readonly bundle: unknown
}

const file = join(import.meta.dirname, '..', 'vectors', 'cpython-release-tracker', 'bundles.jsonl.br')
const downloads = brotliDecompressSync(readFileSync(file))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Download)
const releases = [...Map.groupBy(downloads, ({ release }) => release)]

const temporary = mkdtempSync(join(tmpdir(), 'sealwax-cpython-'))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))
const path = join(temporary, 'download.sigstore.json')

function call({ bundle, identity, issuer, sha256 }: Download): string[] {
  writeFileSync(path, JSON.stringify(bundle))
  const signer = ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer]
  return ['verify-bundle', '--bundle', path, ...signer, `sha256:${sha256}`]
}

test('there are 495 bundles of 81 releases', () => {
  expect([downloads.length, releases.length]).toEqual([495, 81])
})

test.each(releases)('all bundles of CPython %s are accepted', async (_, all) => {
  for (const download of all) {
    const outcome = await answer(call(download))
    expect(outcome, `${download.url} ${outcome.stderr}`).toMatchObject({ code: 0 })
  }
})

test.each(releases)(
  'a bundle of CPython %s is refused for another file and another release manager',
  async (_, all) => {
    const [download] = all as [Download]
    const other = downloads.find(({ sha256 }) => sha256 !== download.sha256) as Download
    expect(await refusal(call({ ...download, sha256: other.sha256 }))).toContain('ARTIFACT_MISMATCH')
    expect(await refusal(call({ ...download, identity: 'guido@python.org' }))).toContain('IDENTITY_MISMATCH')
  },
)
