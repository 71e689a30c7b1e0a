import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publicSurface } from '../src/surface.ts'
import { publishedPackages } from '../src/workspace.ts'

for (const { directory, folder, manifest } of publishedPackages())
  for (const [subpath, target] of Object.entries(manifest.publishConfig?.exports ?? {})) {
    if (!target.endsWith('.js')) continue
    const snapshot = join('surface', `${[folder, ...subpath.split('/').slice(1)].join('-')}.txt`)

    test(`the public surface of ${manifest.name}${subpath.slice(1)} is the reviewed one`, async () => {
      await expect(publicSurface(join(directory, target.replace(/\.js$/, '.d.ts')))).toMatchFileSnapshot(snapshot)
    })
  }
