import { SealwaxError } from '../errors.ts'
import { isPrintable, readDer, tags, utf8Decode } from '../encoding/index.ts'

const arc = '1.3.6.1.4.1.57264.1'

/** Fulcio's certificate extensions (github.com/sigstore/fulcio, docs/oid-info.md). */
export type ExtensionName =
  | 'githubWorkflowTrigger'
  | 'githubWorkflowSha'
  | 'githubWorkflowName'
  | 'githubWorkflowRepository'
  | 'githubWorkflowRef'
  | 'issuer'
  | 'buildSignerUri'
  | 'buildSignerDigest'
  | 'runnerEnvironment'
  | 'sourceRepositoryUri'
  | 'sourceRepositoryDigest'
  | 'sourceRepositoryRef'
  | 'sourceRepositoryIdentifier'
  | 'sourceRepositoryOwnerUri'
  | 'sourceRepositoryOwnerIdentifier'
  | 'buildConfigUri'
  | 'buildConfigDigest'
  | 'buildTrigger'
  | 'runInvocationUri'
  | 'sourceRepositoryVisibilityAtSigning'
  | 'deploymentEnvironment'
  | 'tokenSubject'

/** Their object identifiers. */
export const extensionOids: Readonly<Record<ExtensionName, string>> = {
  githubWorkflowTrigger: `${arc}.2`,
  githubWorkflowSha: `${arc}.3`,
  githubWorkflowName: `${arc}.4`,
  githubWorkflowRepository: `${arc}.5`,
  githubWorkflowRef: `${arc}.6`,
  issuer: `${arc}.8`,
  buildSignerUri: `${arc}.9`,
  buildSignerDigest: `${arc}.10`,
  runnerEnvironment: `${arc}.11`,
  sourceRepositoryUri: `${arc}.12`,
  sourceRepositoryDigest: `${arc}.13`,
  sourceRepositoryRef: `${arc}.14`,
  sourceRepositoryIdentifier: `${arc}.15`,
  sourceRepositoryOwnerUri: `${arc}.16`,
  sourceRepositoryOwnerIdentifier: `${arc}.17`,
  buildConfigUri: `${arc}.18`,
  buildConfigDigest: `${arc}.19`,
  buildTrigger: `${arc}.20`,
  runInvocationUri: `${arc}.21`,
  sourceRepositoryVisibilityAtSigning: `${arc}.22`,
  deploymentEnvironment: `${arc}.23`,
  tokenSubject: `${arc}.24`,
}

/** What Fulcio says about the signer, in words. */
export type FulcioExtensions = Readonly<Partial<Record<ExtensionName, string>>>

/** The issuer as the first certificates had it: bare bytes instead of a DER string. */
const oldIssuer = `${arc}.1`

/**
 * The Fulcio extensions among `values` (extension value by OID).
 * @throws SealwaxError `CERTIFICATE_INVALID` when a value is not the text that Fulcio's documentation promises, holds control
 * or format characters, or when the two extensions for the issuer disagree
 */
export function readFulcioExtensions(values: ReadonlyMap<string, Buffer>): FulcioExtensions {
  const found: Partial<Record<ExtensionName, string>> = {}
  for (const [name, oid] of Object.entries(extensionOids) as [ExtensionName, string][]) {
    const value = values.get(oid)
    if (value === undefined) continue
    // .2 to .6 are older than the rule that values are DER strings.
    const text = name.startsWith('githubWorkflow') ? plainText(value, oid) : derText(value, oid)
    if (!isPrintable(name === 'githubWorkflowName' ? withoutJoiners(text) : text))
      throw invalid(oid, 'text without control and format characters')
    found[name] = text
  }
  return withOldIssuer(found, values.get(oldIssuer))
}

/** Fulcio writes both to this day; which of two different ones a verifier looks at must not matter. */
function withOldIssuer(found: FulcioExtensions, value: Buffer | undefined): FulcioExtensions {
  if (value === undefined) return found
  const issuer = plainText(value, oldIssuer)
  if (!isPrintable(issuer)) throw invalid(oldIssuer, 'text without control and format characters')
  if (found.issuer !== undefined && found.issuer !== issuer) throw invalid(oldIssuer, `the same issuer as ${arc}.8`)
  return { ...found, issuer }
}

// The title of a workflow is prose, and emoji and some scripts are written with these.
const withoutJoiners = (text: string): string => text.replace(/\u200c|\u200d|[\u{e0020}-\u{e007f}]/gu, '')

function derText(value: Buffer, oid: string): string {
  const node = readDer(value)
  if (node.tag !== tags.utf8String) throw invalid(oid, 'a DER UTF8String')
  return plainText(node.content, oid)
}

function plainText(bytes: Uint8Array, oid: string): string {
  try {
    return utf8Decode(bytes)
  } catch {
    throw invalid(oid, 'UTF-8')
  }
}

function invalid(oid: string, expected: string): SealwaxError {
  return new SealwaxError('CERTIFICATE_INVALID', `the certificate extension ${oid} cannot be read`, { expected })
}
