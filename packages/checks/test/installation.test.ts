import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { installation, pnpmOverrides } from '../src/installation.ts'
import { pack } from '../src/pack.ts'
import { root } from '../src/workspace.ts'

// What a user does with the printed lines, where a folder's name is not plain.
test('pnpm installs the tarballs from the place that the printed lines name, whatever that is called', () => {
  const folder = mkdtempSync(join(tmpdir(), "sealwax it's ä place-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const put = (file: string, content: unknown): string => {
    const path = join(folder, file)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const packed = ['outer', 'inner'].map((part) => {
    const name = `@tarball-test/${part}`
    const dependencies = part === 'outer' ? { '@tarball-test/inner': '^1.0.0' } : {}
    put(`${part}/package.json`, { name, version: '1.0.0', dependencies })
    return { name, file: pack(join(folder, part), join(folder, 'tarballs')) }
  })
  put('project/package.json', { dependencies: { '@tarball-test/outer': '*' } })
  put('project/pnpm-workspace.yaml', `${pnpmOverrides(packed)}\nstoreDir: ../store\n`)
  const pnpm = join(root, 'node_modules/pnpm/bin/pnpm.mjs')
  execFileSync(process.execPath, [pnpm, 'install', '--offline'], { cwd: join(folder, 'project'), stdio: 'pipe' })
  const lock = readFileSync(join(folder, 'project/pnpm-lock.yaml'), 'utf8')
  for (const part of ['outer', 'inner']) expect(lock).toContain(`tarballs/tarball-test-${part}-1.0.0.tgz`)
  expect(installation(packed)).toContain(pnpmOverrides(packed))
})
