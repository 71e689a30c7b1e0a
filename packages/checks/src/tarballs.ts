// `npm run tarballs`: every package that is meant for publication, packed into .tarballs/ at the root, and how to use them.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { installation } from './installation.ts'
import { pack } from './pack.ts'
import { publishedPackages, root } from './workspace.ts'

const target = join(root, '.tarballs')
rmSync(target, { recursive: true, force: true })
const packed = publishedPackages().map(({ directory, manifest }) => ({
  name: manifest.name,
  file: pack(directory, target),
}))
console.log(installation(packed))
