import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Writes that many files of `size` bytes, a hundred to a folder, each with content of its own that is the same in every run.
 * @returns their paths
 */
export function writeFiles(directory: string, count: number, size = 8192): string[] {
  return Array.from({ length: count }, (_, index) => {
    const path = join(directory, `part-${Math.floor(index / 100)}`, `chunk-${index}.js`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content(index, size))
    return path
  })
}

function content(seed: number, size: number): Buffer {
  const block = createHash('sha512').update(String(seed)).digest('hex')
  return Buffer.alloc(size, `// ${block}\n`)
}
