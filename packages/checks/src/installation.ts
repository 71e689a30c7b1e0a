import { sep } from 'node:path'

/** A package as a tarball. */
export interface Packed {
  readonly name: string
  readonly file: string
}

/** How to install tarballs in a project, with npm and with pnpm. */
export function installation(packed: readonly Packed[]): string {
  const quoted = packed.map(({ file }) => JSON.stringify(file)).join(' ')
  return `In a project of yours, with npm:

npm install --save-dev ${quoted}

With pnpm, put this into its pnpm-workspace.yaml, then \`pnpm add --save-dev @sealwax/vite @sealwax/cli\`:

${pnpmOverrides(packed)}
`
}

/** pnpm asks the registry for what a tarball depends on, unless it is told where that is. In YAML. */
export function pnpmOverrides(packed: readonly Packed[]): string {
  // The path as it is and no URL: pnpm decodes none.
  const lines = packed.map(
    ({ name, file }) => `  '${name}': '${`file:${file.replaceAll(sep, '/')}`.replaceAll("'", "''")}'`,
  )
  return ['overrides:', ...lines].join('\n')
}
