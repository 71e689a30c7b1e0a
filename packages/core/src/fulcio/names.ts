import { SealwaxError } from '../errors.ts'
import { type DerNode, isPrintable, oidText, readDer, tags, utf8Decode } from '../encoding/index.ts'

/** Who a certificate is for. `username` is Fulcio's `user!domain`; `other` is a kind of name that Fulcio does not issue. */
export interface SubjectAlternativeName {
  readonly type: 'email' | 'uri' | 'username' | 'other'
  readonly value: string
}

/** Fulcio's otherName for user names (docs/oid-info.md): a UTF8String. */
const usernameOid = '1.3.6.1.4.1.57264.1.7'

/**
 * The names in a subjectAltName extension (RFC 5280 section 4.2.1.6), in order.
 * @throws SealwaxError `CERTIFICATE_INVALID` for a name with control or format characters or outside its character set: such a
 * name can look like another one where it is printed or compared
 */
export function readSubjectAlternativeNames(value: Buffer | undefined): SubjectAlternativeName[] {
  if (value === undefined) return []
  const names = readDer(value)
  if (names.tag !== tags.sequence) throw invalid('a sequence of names')
  return names.children().map(readName)
}

function readName(node: DerNode): SubjectAlternativeName {
  switch (node.tag) {
    case 0x81:
      return { type: 'email', value: ascii(node.content) }
    case 0x86:
      return { type: 'uri', value: uri(ascii(node.content)) }
    case 0xa0: {
      const [id, wrapper] = node.children()
      const inner = wrapper?.children()[0]
      if (id === undefined || oidText(id) !== usernameOid) return { type: 'other', value: '' }
      if (inner?.tag !== tags.utf8String) throw invalid('a UTF8String')
      return { type: 'username', value: printable(utf8Decode(inner.content)) }
    }
    default:
      return { type: 'other', value: '' }
  }
}

function ascii(bytes: Buffer): string {
  if (bytes.some((octet) => octet > 0x7e)) throw invalid('ASCII (IA5String)')
  return printable(bytes.toString('latin1'))
}

/** What is no URI is no name: readers that repair it would each see another one. */
function uri(text: string): string {
  if (!URL.canParse(text) || /%(?![0-9a-f]{2})/i.test(text)) throw invalid('an absolute URI (RFC 3986)')
  return text
}

function printable(text: string): string {
  if (text === '' || !isPrintable(text)) throw invalid('a name without control and format characters')
  return text
}

function invalid(expected: string): SealwaxError {
  return new SealwaxError('CERTIFICATE_INVALID', "the certificate's subject alternative name cannot be read", {
    expected,
  })
}
