import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sealwax } from '../src/index.ts'

test('no hook of ours runs once per module', () => {
  const perModule = [
    'resolveId',
    'resolveDynamicImport',
    'load',
    'shouldTransformCachedModule',
    'transform',
    'moduleParsed',
  ]
  const perChunk = ['renderChunk', 'renderDynamicImport', 'resolveFileUrl', 'resolveImportMeta', 'augmentChunkHash']
  for (const plugin of sealwax()) {
    expect(Object.keys(plugin).filter((hook) => [...perModule, ...perChunk].includes(hook))).toEqual([])
    expect(Object.keys(plugin)).not.toContain('configureServer')
  }
})

test('every part of the plugin is for builds only and one for all environments', () => {
  for (const plugin of sealwax()) expect(plugin).toMatchObject({ apply: 'build', sharedDuringBuild: true })
})

test('loading the plugin loads two small files of ours and nothing else', () => {
  expect(loadedBy('@sealwax/vite').filter((name) => !name.startsWith('node:'))).toEqual([
    'vite/dist/index.js',
    'vite/dist/ending.js',
  ])
})

test('the session that a build opens brings neither cryptography, nor network, nor anything of Sigstore', () => {
  const loaded = loadedBy('@sealwax/core/session')
  for (const name of loaded.filter((name) => !name.startsWith('node:')))
    expect(name).toMatch(/^core\/dist\/(session\/\w+|subject\/subject|errors|limits)\.js$/)
  for (const heavy of ['crypto', 'http', 'https', 'tls', 'child_process']) expect(loaded).not.toContain(`node:${heavy}`)
})

/** Every module that importing `specifier` loads, in a process of its own, from packages as published. */
function loadedBy(specifier: string): string[] {
  const root = asPublished()
  writeFileSync(
    join(root, 'trace.js'),
    `import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import('${specifier}')
    process.stdout.write(JSON.stringify(loaded))`,
  )
  const { stdout } = spawnSync(process.execPath, ['trace.js'], { cwd: root, encoding: 'utf8' })
  return (JSON.parse(stdout) as string[]).map((url) => url.replace(/^.*@sealwax\//, ''))
}

/** Both packages as a user has them: plain JavaScript under `node_modules`, without any dependency to be found. */
function asPublished(): string {
  const root = mkdtempSync(join(tmpdir(), 'sealwax-published-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  for (const name of ['core', 'vite']) {
    const source = join(import.meta.dirname, '../..', name)
    const target = join(root, 'node_modules/@sealwax', name)
    for (const file of readdirSync(join(source, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      const path = join(target, 'dist', file.replace(/\.ts$/, '.js'))
      const code = stripTypeScriptTypes(readFileSync(join(source, 'src', file), 'utf8'))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, code.replaceAll(/(['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'))
    }
    const { publishConfig } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
    writeFileSync(join(target, 'package.json'), JSON.stringify({ type: 'module', exports: publishConfig.exports }))
  }
  return root
}
