// Hashes one file away from the page's own thread, so that a large file does not freeze the page.
import type { DigestReply } from './digest.ts'

self.onmessage = async (event: MessageEvent<Blob>): Promise<void> => {
  let reply: DigestReply
  try {
    const hash = await crypto.subtle.digest('SHA-256', await event.data.arrayBuffer())
    reply = {
      sha256: Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    }
  } catch {
    reply = { problem: 'The file could not be read.' }
  }
  self.postMessage(reply)
}
