import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import { publishedPackages } from '../src/workspace.ts'

/** All that a file imports by a name that can be read: statements, `export from`, `import()`, types, `require` and resolutions. */
function importsOf(file: string): string[] {
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'))
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  return namesIn(program)
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const node = value as Readonly<Record<string, unknown>>
  const loaded = node['type'] === 'CallExpression' && isLoader(node['callee']) ? first(node['arguments']) : undefined
  const own = [node['source'], loaded].map(textOf).filter((name) => name !== undefined)
  return [...own, ...Object.values(value).flatMap(namesIn)]
}

/** `require`, `createRequire(...)`, `import.meta.resolve`. */
function isLoader(callee: unknown): boolean {
  const { type, name, callee: maker, object, property } = callee as Record<string, Record<string, unknown> | string>
  if (type === 'Identifier') return name === 'require'
  if (type === 'CallExpression') return typeof maker === 'object' && maker['name'] === 'createRequire'
  if (type !== 'MemberExpression' || typeof object !== 'object' || typeof property !== 'object') return false
  return object['type'] === 'MetaProperty' && property['name'] === 'resolve'
}

const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined)

/** The text of a literal, also of a template without holes. */
function textOf(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  const { value, quasis, expressions } = node as Record<string, unknown>
  if (typeof value === 'string') return value
  const [only] = Array.isArray(quasis) && Array.isArray(expressions) && expressions.length === 0 ? quasis : []
  return (only as { readonly value: { readonly cooked: string } } | undefined)?.value.cooked
}

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

for (const { directory, manifest } of publishedPackages()) {
  // A command is published whole: what else its sources import is inside what is built of them.
  const folder = manifest.bin ? 'dist' : 'src'
  const src = join(directory, folder)
  const imports = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => (manifest.bin ? /(?<!\.d)\.js$/ : /\.[cm]?[jt]sx?$/).test(file))
    .flatMap((file) => importsOf(join(src, file)).map((name) => ({ file: file.split(sep).join('/'), name })))

  test(`${manifest.name} imports only packages that are installed with it, also where only types are imported`, () => {
    const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const foreign = imports.filter(({ name }) => !/^(\.|node:)/.test(name) && !installed.includes(packageOf(name)))
    expect(foreign).toEqual([])
    expect(imports.filter(({ name }) => isBuiltin(name) && !name.startsWith('node:'))).toEqual([])
    expect(imports.length).toBeGreaterThan(0)
  })

  test(`${manifest.name} has no dependency that it does not import`, () => {
    const imported = new Set(imports.map(({ name }) => packageOf(name)))
    expect(Object.keys(manifest.dependencies ?? {}).filter((name) => !imported.has(name))).toEqual([])
  })

  test(`${manifest.name} imports no file from outside of it`, () => {
    const outside = imports.filter(({ file, name }) => {
      if (!name.startsWith('.')) return false
      const place = relative(directory, join(src, dirname(file), name))
      return place !== 'package.json' && !place.startsWith(`${folder}${sep}`)
    })
    expect(outside).toEqual([])
  })
}
