import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { BUILD_TYPE, type BuildRule, type Statement } from '../statement/index.ts'
import { checkName, type FileRule } from '../subject/index.ts'

/** Which files of a folder a rule counts. `own`: names of ours in it, the bundle's before all, which no statement can cover. */
export function fileRule({ dotfiles, exclude }: BuildRule, own: readonly string[]): FileRule {
  return { dotfiles, exclude: new Set([...exclude, ...own]), own: new Set(own) }
}

/**
 * The rule that a statement was made under. A statement of another build type (GitHub's attest action, say) has none: then
 * every file counts that is no dot-file, as it does in ours by default.
 * @throws SealwaxError `STATEMENT_INVALID`
 */
export function readRule({ predicate }: Statement, bundle: string): BuildRule {
  const { buildType, externalParameters } = (predicate as Predicate | undefined)?.buildDefinition ?? {}
  if (buildType !== BUILD_TYPE) return { bundle, dotfiles: false, exclude: [] }
  const { bundle: signedName, dotfiles, exclude, checksums } = externalParameters?.files ?? {}
  if (typeof dotfiles !== 'boolean') throw invalid('dotfiles', 'true or false')
  if (!Array.isArray(exclude) || exclude.length > limits.statementSubjects) throw invalid('exclude', 'a list of names')
  return {
    bundle: readName(signedName, 'bundle'),
    dotfiles,
    exclude: exclude.map((name) => readName(name, 'exclude')),
    ...(checksums === undefined ? {} : { checksums: readName(checksums, 'checksums') }),
  }
}

// Anyone may have written it: every member is looked at before it is used.
interface Predicate {
  readonly buildDefinition?: {
    readonly buildType?: unknown
    readonly externalParameters?: { readonly files?: Readonly<Record<string, unknown>> }
  }
}

function readName(value: unknown, member: string): string {
  if (typeof value !== 'string') throw invalid(member, 'a file name')
  return checkName(value)
}

function invalid(member: string, expected: string): SealwaxError {
  return new SealwaxError('STATEMENT_INVALID', `the statement's file rule has no usable \`${member}\``, { expected })
}
