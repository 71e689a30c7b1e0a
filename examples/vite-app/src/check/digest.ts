export type DigestReply = { readonly sha256: string } | { readonly problem: string }

// Web Crypto hashes only what is wholly in memory.
const MAX_FILE_BYTES = 512 * 1024 * 1024

const NOT_STARTED: DigestReply = { problem: 'The hashing worker could not be started.' }

/** The SHA-256 of a file as lower-case hexadecimal digits, computed in a worker. Problems are answers, not exceptions. */
export async function digestFile(file: Blob): Promise<DigestReply> {
  if (file.size > MAX_FILE_BYTES) return { problem: 'The file is larger than 512 MiB, too large to hash in a browser.' }
  if (!isSecureContext) return { problem: 'Browsers offer hashing only on https:// and on localhost.' }
  let worker: Worker | undefined
  try {
    const started = (worker = new Worker(new URL('./digest.worker.ts', import.meta.url), {
      type: 'module',
    }))
    return await new Promise<DigestReply>((resolve) => {
      started.onmessage = (event: MessageEvent<DigestReply>) => resolve(event.data)
      started.onerror = () => resolve(NOT_STARTED)
      started.postMessage(file)
    })
  } catch {
    return NOT_STARTED
  } finally {
    worker?.terminate()
  }
}
