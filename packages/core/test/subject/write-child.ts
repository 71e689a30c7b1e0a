// Writes the same file over and over, each time filled with another byte, until it is killed.
import { writeAtomically } from '../../src/subject/index.ts'

const [path = '', size = '0'] = process.argv.slice(2)
process.send?.('ready')
for (let round = 0; ; round++) writeAtomically(path, Buffer.alloc(Number(size), round % 256))
