import type { ReactElement } from 'react'
import type { Attestation } from './attestation.ts'

export function SubjectList({ attestation }: { readonly attestation: Attestation }): ReactElement {
  if (attestation.state === 'absent') {
    return (
      <p className="muted">
        This site publishes no attestation.sigstore.json: it was built without an identity or a key to sign with, or it
        is a development server.
      </p>
    )
  }
  if (attestation.state === 'unreadable') {
    return <p className="muted">The attestation of this site could not be read: {attestation.reason}.</p>
  }
  return (
    <details className="card">
      <summary>The attestation names {attestation.subjects.length} files</summary>
      <div className="scroll">
        <table>
          <caption className="unseen">Subjects of the attestation</caption>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {attestation.subjects.map((subject) => (
              <tr key={subject.name}>
                <th scope="row">
                  <a
                    href={import.meta.env.BASE_URL + subject.name.split('/').map(encodeURIComponent).join('/')}
                    download
                  >
                    {subject.name}
                  </a>
                </th>
                <td>
                  <code title={subject.sha256}>{subject.sha256.slice(0, 24)}…</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
