// Reads our own source files with a real parser: what each imports, and what it takes from its surroundings.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

export interface Import {
  readonly from: string
  /** A file relative to src, the name of a module, or `undefined` when only running the code would tell. */
  readonly to: string | undefined
  readonly isFile: boolean
  /** Gone when the code runs. */
  readonly isType: boolean
  /** The names it takes; `*` for all of them. */
  readonly names: readonly string[]
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string }

export const src: string = fileURLToPath(new URL('../src', import.meta.url))
const posix = (path: string): string => path.split(sep).join('/')

/** Every source file, relative to src. */
export const files: readonly string[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map(posix)
  .filter((file) => file.endsWith('.ts'))

/** Every import of a file: statements, `export from`, `import()` and types of the form `import('...').T`. */
export function importsOf(file: string): Import[] {
  return nodesOf(file).flatMap(([node]) => {
    if (!isNode(node['source'])) return []
    const target = textOf(node['source'])
    const isFile = target?.startsWith('.') === true
    const to = isFile ? posix(relative(src, resolve(src, dirname(file), target))) : target
    const isType = [node['importKind'], node['exportKind']].includes('type') || node.type === 'TSImportType'
    return { from: file, to, isFile, isType, names: namesOf(node) }
  })
}

const calm = { Date: ['parse', 'UTC'], Math: Object.getOwnPropertyNames(Math).filter((name) => name !== 'random') }
const ambient =
  'process performance globalThis global self fetch console crypto navigator Temporal Intl require module eval Function setTimeout setInterval setImmediate queueMicrotask'.split(
    ' ',
  )

/** What a file takes from where and when it runs: the clock, chance, the process, the network. */
export function surroundingsOf(file: string): string[] {
  return nodesOf(file).flatMap(([node, parent]) => {
    if (node.type === 'MetaProperty') return 'import.meta'
    const name = String(node['name'])
    if (node.type !== 'Identifier' || isLabel(node, parent)) return []
    if (name === 'Date' && isFixedDate(node, parent)) return []
    if (name !== 'Date' && name !== 'Math') return ambient.includes(name) ? name : []
    const member = isNode(parent['property']) && parent['computed'] === false ? String(parent['property']['name']) : ''
    return calm[name].includes(member) ? [] : `${name}.${member}`
  })
}

/** A name that refers to nothing: a member's, or a type's. */
function isLabel(node: Node, parent: Node): boolean {
  const isMember = parent['computed'] === false && (parent['property'] === node || parent['key'] === node)
  return isMember || (parent.type === 'TSTypeReference' && parent['typeName'] === node)
}

/** `new Date(something)`, or `instanceof Date`. */
function isFixedDate(node: Node, parent: Node): boolean {
  if (parent.type === 'BinaryExpression') return parent['operator'] === 'instanceof'
  const [first] = parent.type === 'NewExpression' && parent['callee'] === node ? listOf(parent['arguments']) : []
  return first !== undefined && first.type !== 'SpreadElement'
}

const parsed = new Map<string, readonly (readonly [node: Node, parent: Node])[]>()

function nodesOf(file: string): readonly (readonly [node: Node, parent: Node])[] {
  const known = parsed.get(file)
  if (known !== undefined) return known
  const { program, errors } = parseSync(file, readFileSync(join(src, file), 'utf8'))
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: [Node, Node][] = []
  collect(program, found)
  parsed.set(file, found)
  return found
}

function collect(parent: unknown, found: [Node, Node][]): void {
  if (!isNode(parent)) return
  for (const child of Object.values(parent).flat()) {
    if (!isNode(child)) continue
    found.push([child, parent])
    collect(child, found)
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const listOf = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : [])

/** The text of a literal, also of a template without holes. */
function textOf(node: Node): string | undefined {
  if (typeof node['value'] === 'string') return node['value']
  const [only, second] = listOf(node['quasis'])
  if (only === undefined || second !== undefined) return undefined
  return (only['value'] as { readonly cooked: string }).cooked
}

function namesOf(node: Node): string[] {
  if (!('specifiers' in node)) return ['*']
  return listOf(node['specifiers']).map((specifier) => {
    const original = specifier['imported'] ?? specifier['local']
    return specifier.type.endsWith('NamespaceSpecifier') || !isNode(original) ? '*' : String(original['name'])
  })
}
