// Signs the same folder over and over until it is killed: `kill-child.ts FOLDER`.
import { signBuild } from '../../src/session/index.ts'

const [folder = ''] = process.argv.slice(2)
for (let round = 0; ; round++) {
  await signBuild(folder)
  if (round === 0) process.send?.('ready')
}
