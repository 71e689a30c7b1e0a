import { Check, Copy } from 'lucide-react'
import { useState, type ReactElement } from 'react'

export function CopyDigest({ sha256, name }: { readonly sha256: string; readonly name: string }): ReactElement {
  const [copied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(sha256)
      setCopied(true)
    } catch {
      setCopied(false) // the browser refused: the digest itself is still there to be selected
    }
  }
  return (
    <span className="digest">
      <code title={sha256}>{sha256.slice(0, 16)}…</code>
      <button
        type="button"
        aria-label={copied ? `Digest of ${name} copied` : `Copy the digest of ${name}`}
        onClick={() => void copy()}
      >
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </button>
    </span>
  )
}
