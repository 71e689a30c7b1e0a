import { SealwaxError } from '@sealwax/core/errors'

export const predicateTypeHelp =
  'what kind of statement: slsaprovenance1, slsaprovenance, cyclonedx, spdxjson, spdx, vuln, openvex, link, custom, or a URI'

/** The predicate type of a `--type`. @throws USAGE for a word that is neither a short name nor a URI */
export async function predicateTypeOf(type: string): Promise<string> {
  const { predicateTypes } = await import('@sealwax/core')
  const known = Object.hasOwn(predicateTypes, type) ? predicateTypes[type] : undefined
  if (known !== undefined) return known
  if (URL.canParse(type)) return type
  throw new SealwaxError('USAGE', '--type is no predicate type', {
    expected: `a URI, or one of ${Object.keys(predicateTypes).join(', ')}`,
    found: type,
  })
}
