import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pack } from '../src/pack.ts'
import { publishedPackages } from '../src/workspace.ts'

let packed: string
beforeAll(() => {
  packed = mkdtempSync(join(tmpdir(), 'sealwax-packed-'))
})
afterAll(() => rmSync(packed, { recursive: true, force: true }))

const require = createRequire(import.meta.url)

for (const { directory, manifest } of publishedPackages()) {
  test(`the packed ${manifest.name} is sound for publint and are-the-types-wrong`, { timeout: 60_000 }, async () => {
    const tarball = pack(directory, packed)
    const bytes = readFileSync(tarball)
    const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true })
    expect(messages).toEqual([])
    if (manifest.publishConfig?.exports?.['.'] === undefined) return
    const attw = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist', 'index.js')
    execFileSync(process.execPath, [attw, tarball, '--profile', 'esm-only'], { stdio: 'pipe' })
  })
}
