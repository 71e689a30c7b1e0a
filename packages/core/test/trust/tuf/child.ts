// A process of its own that initializes, or opens, trust; what came of it is one line of JSON on standard output.
import { initializeTrust, openTrust } from '../../../src/trust/tuf/index.ts'

const [act, mirror = '', root = ''] = process.argv.slice(2)
const warnings: string[] = []
try {
  if (act === 'initialize') await initializeTrust({ mirror, root })
  const trusted = await openTrust({ warn: (line) => warnings.push(line) }).trustedRoot()
  process.stdout.write(JSON.stringify({ log: trusted.transparencyLogs[0]?.url, warnings }))
} catch (error) {
  process.stdout.write(JSON.stringify({ error: String(error) }))
}
