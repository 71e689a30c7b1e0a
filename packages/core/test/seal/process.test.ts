import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const room = (name: string): string => JSON.stringify(new URL(`../../src/${name}/index.ts`, import.meta.url).href)

/** A process of its own that opens a keyless sealer and then runs `code`. */
async function run(code: string): Promise<{ status: number | null; output: string; milliseconds: number }> {
  const { files } = workshop.sandbox
  const script = `
    import { openSealer } from ${room('seal')}
    import { findIdentity } from ${room('identity')}
    import { loadSigningConfig, loadTrustedRoot, selectServices } from ${room('trust')}
    const services = selectServices(await loadSigningConfig(${JSON.stringify(files.signingConfig)}), new Date())
    const trustedRoot = await loadTrustedRoot(${JSON.stringify(files.trustedRoot)})
    const identity = () => findIdentity({ env: process.env, now: new Date() })
    const open = (more) => openSealer({ services, trustedRoot, identity, check: () => {}, ...more })
    ${code}`
  const env = { ...process.env, ...(await workshop.sandbox.environment({ kind: 'github' })) }
  const begin = performance.now()
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, output, milliseconds: performance.now() - begin }
}

test('a process that signed ends by itself, long before its deadlines', async () => {
  const result = await run(
    `const sealer = open({}); sealer.warm(); await sealer.sealMessage(Buffer.from('x')); console.log('signed')`,
  )
  expect(result).toMatchObject({ status: 0, output: 'signed\n' })
  expect(result.milliseconds).toBeLessThan(20_000)
})

test('a process whose signature failed while another service still answers ends by itself', async () => {
  workshop.sandbox.faults = { rekor: { status: 400 }, timestamp: { hang: true } }
  const result = await run(`await open({}).sealMessage(Buffer.from('x')).catch((error) => console.log(error.code))`)
  expect(result).toMatchObject({ status: 0, output: 'SERVICE_REFUSED\n' })
  expect(result.milliseconds).toBeLessThan(20_000)
})

test('a process that only warmed its connections ends by itself', async () => {
  expect(await run(`open({}).warm(); console.log('warm')`)).toMatchObject({ status: 0, output: 'warm\n' })
})
