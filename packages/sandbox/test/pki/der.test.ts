import { AsnOctetStringConverter } from '@peculiar/asn1-schema'
import { expect, test } from 'vitest'
import { derElement } from '../../src/pki/index.ts'

test.for([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
  'an element of %i bytes is written as a library writes it',
  (size) => {
    const content = new Uint8Array(size).fill(7)
    const theirs = AsnOctetStringConverter.toASN(content.buffer).toBER()
    expect(derElement(0x04, content).equals(Buffer.from(theirs))).toBe(true)
  },
)
