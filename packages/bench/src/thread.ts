// A thread that verifies a list of bundles each time it is told to.
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { parseTrustedRoot } from '@sealwax/core'
import { content, type Kept, oursOf } from './verification.ts'

const { bundles, trustedRoot } = JSON.parse(readFileSync(String(workerData), 'utf8')) as Kept
const root = parseTrustedRoot(trustedRoot)
const verifications = bundles.map((text) => oursOf(text, content, { root }))
parentPort?.on('message', () => {
  for (const verify of verifications) verify()
  parentPort?.postMessage('done')
})
