import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The public surface of a declaration file: every name that it exports, with its declaration, sorted, without comments. Written by
 * tsc, so that each top-level statement begins in the first column and nothing else does.
 */
export function publicSurface(entry: string): string {
  const found = new Map<string, string>()
  for (const [name, statement] of exportsOf(entry)) found.set(name, statement)
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, statement]) => `// ${name}\n${statement}\n`)
    .join('\n')
}

function exportsOf(file: string): [name: string, statement: string][] {
  return statements(file).flatMap((statement): [string, string][] => {
    const star = /^export \* from '(.+)'/.exec(statement)
    if (star) return exportsOf(target(file, star[1]))
    const named = /^export (?:type )?\{([\s\S]*?)\}(?: from '(.+)')?/.exec(statement)
    if (named) return names(named[1]).map(([inner, outer]) => [outer, declaration(file, inner, named[2])])
    const own = declaredName(statement)
    return own === undefined || !statement.startsWith('export') ? [] : [[own, statement]]
  })
}

function declaration(file: string, name: string, from: string | undefined): string {
  const where = from === undefined ? importedFrom(file, name) : target(file, from)
  if (where === undefined)
    return statements(file).find((statement) => declaredName(statement) === name) ?? missing(file, name)
  // Another package's own declarations are reviewed there.
  if (!where.startsWith('/') && !/^[A-Za-z]:/.test(where)) return `export { ${name} } from '${where}'`
  return exportsOf(where).find(([exported]) => exported === name)?.[1] ?? missing(where, name)
}

function importedFrom(file: string, name: string): string | undefined {
  for (const statement of statements(file)) {
    const [, list, from] = /^import (?:type )?\{([\s\S]*?)\} from '(.+)'/.exec(statement) ?? []
    if (from !== undefined && names(list).some(([, local]) => local === name)) return target(file, from)
  }
  return undefined
}

function names(list = ''): [inner: string, outer: string][] {
  return list
    .split(',')
    .map((item) => item.trim().replace(/^type /, ''))
    .filter(Boolean)
    .map((item) => item.split(' as '))
    .map(([inner = '', outer = inner]) => [inner, outer])
}

function statements(file: string): string[] {
  const text = readFileSync(file, 'utf8')
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
  return text
    .split(/\n(?=[A-Za-z])/)
    .map((statement) => statement.replace(/^\s*\n/gm, '').trim())
    .filter(Boolean)
}

function declaredName(statement: string): string | undefined {
  return /^(?:export )?(?:declare )?(?:abstract )?(?:const|let|function|class|interface|type) (\w+)/.exec(
    statement,
  )?.[1]
}

function target(file: string, specifier = ''): string {
  return specifier.startsWith('.') ? join(dirname(file), specifier.replace(/\.[jt]s$/, '.d.ts')) : specifier
}

function missing(file: string, name: string): never {
  throw new Error(`${file} does not declare ${name}`)
}
