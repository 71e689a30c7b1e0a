import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publishedPackages } from '../src/workspace.ts'

const installScripts = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']

for (const { directory, folder, manifest } of publishedPackages()) {
  test(`${manifest.name} says what a registry and its users need to know`, () => {
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: '^22.22.2 || ^24.15.0 || >=26' },
      repository: { directory: `packages/${folder}` },
      publishConfig: { access: 'public' },
    })
    expect(manifest.description).toBeTruthy()
    expect(existsSync(join(directory, 'README.md')), 'README.md').toBe(true)
  })

  test(`${manifest.name} runs nothing when it is installed`, () => {
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => installScripts.includes(name))).toEqual([])
  })

  test(`${manifest.name} publishes every door that the workspace uses, and no other`, () => {
    const published = manifest.publishConfig?.exports ?? manifest.exports ?? {}
    expect(Object.keys(published)).toEqual(Object.keys(manifest.exports ?? {}))
    for (const [subpath, source] of Object.entries(manifest.exports ?? {})) {
      const built = source.replace('./src/', './dist/').replace(/\.ts$/, '.js')
      expect(published[subpath], subpath).toBe(built)
      expect(existsSync(join(directory, built)), built).toBe(true)
    }
  })
}
