import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.ts'

const pnpm = join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs')

/**
 * Packs one package as it would be published: with the doors of publishConfig, without workspace: and catalog: ranges. It must be
 * built. @returns the tarball's path in `target`
 */
export function pack(directory: string, target: string): string {
  mkdirSync(target, { recursive: true })
  const own = mkdtempSync(join(target, 'pack-'))
  try {
    execFileSync(process.execPath, [pnpm, 'pack', '--pack-destination', own], { cwd: directory, stdio: 'pipe' })
    const [name = ''] = readdirSync(own)
    renameSync(join(own, name), join(target, name))
    return join(target, name)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
