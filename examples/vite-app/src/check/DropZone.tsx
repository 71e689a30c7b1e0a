import { FileUp } from 'lucide-react'
import { useState, type DragEvent, type ReactElement } from 'react'

export function DropZone({
  busy,
  onFile,
}: {
  readonly busy: boolean
  readonly onFile: (file: File) => void
}): ReactElement {
  const [over, setOver] = useState(false)
  function drop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file && !busy) onFile(file)
  }
  return (
    <label
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => (event.preventDefault(), setOver(true))}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileUp size={28} aria-hidden />
      <span>{busy ? 'Hashing…' : 'Drop a file here, or choose one'}</span>
      <input
        type="file"
        className="unseen"
        disabled={busy}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = '' // so that choosing the same file again, changed on disk, is seen
          if (file) onFile(file)
        }}
      />
    </label>
  )
}
