import { useEffect, useState, type ReactElement } from 'react'
import { readAttestation, type Attestation } from './attestation.ts'
import { digestFile } from './digest.ts'
import { DropZone } from './DropZone.tsx'
import { Finding, type Hashed } from './Finding.tsx'
import { SubjectList } from './SubjectList.tsx'

export function CheckPage(): ReactElement {
  const [attestation, setAttestation] = useState<Attestation>()
  const [hashed, setHashed] = useState<Hashed>()
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    let gone = false
    void readAttestation().then((read) => {
      if (!gone) setAttestation(read)
    })
    return () => {
      gone = true
    }
  }, [])

  async function take(file: File): Promise<void> {
    setBusy(true)
    setHashed({ name: file.name, ...(await digestFile(file)) })
    setBusy(false)
  }

  return (
    <>
      <title>Check a file · Release ledger</title>
      <h1>Check a file</h1>
      <p className="lead">
        Is this file named in the attestation that this site publishes about itself? The file stays on your machine.
      </p>
      <DropZone busy={busy} onFile={(file) => void take(file)} />
      <div aria-live="polite">{hashed && attestation && <Finding hashed={hashed} attestation={attestation} />}</div>
      <p className="note">
        <strong>Named is not verified.</strong> This page reads what the attestation says; it does not check who signed
        it. To verify it, use a tool that does not come from this site: <code>sealwax verify-build dist</code>, or
        cosign.
      </p>
      {attestation && <SubjectList attestation={attestation} />}
    </>
  )
}
