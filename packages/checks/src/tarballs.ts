// `npm run tarballs`: every package that is meant for publication, packed into .tarballs/ at the root, and how to use them.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pack } from './pack.ts'
import { publishedPackages, root } from './workspace.ts'

const target = join(root, '.tarballs')
rmSync(target, { recursive: true, force: true })
const packed = publishedPackages().map(({ directory, manifest }) => ({
  name: manifest.name,
  file: pack(directory, target),
}))
const quoted = packed.map(({ file }) => JSON.stringify(file)).join(' ')
// pnpm asks the registry for what a tarball depends on, unless it is told where that is.
const overrides = packed.map(
  ({ name, file }) => `  '${name}': '${pathToFileURL(file).href.replace('file://', 'file:')}'`,
)

console.log(`In a project of yours, with npm:

npm install --save-dev ${quoted}

With pnpm, put this into its pnpm-workspace.yaml, then \`pnpm add --save-dev @sealwax/vite @sealwax/cli\`:

overrides:
${overrides.join('\n')}
`)
