import { ArrowLeft } from 'lucide-react'
import type { ReactElement } from 'react'
import { Link, useParams } from 'react-router'
import { NotFound } from '../shell/NotFound.tsx'
import { CopyDigest } from './CopyDigest.tsx'
import { showBytes, showDate } from './format.ts'
import { findRelease, sumBytes, type Release } from './releases.ts'

function Artifacts({ release }: { readonly release: Release }): ReactElement {
  return (
    <div className="scroll">
      <table>
        <caption className="unseen">Artifacts of {release.version}</caption>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Kind</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {release.artifacts.map((artifact) => (
            <tr key={artifact.name}>
              <th scope="row">{artifact.name}</th>
              <td>
                <span className={`kind ${artifact.kind}`}>{artifact.kind}</span>
              </td>
              <td className="number">{showBytes(artifact.bytes)}</td>
              <td>
                <CopyDigest sha256={artifact.sha256} name={artifact.name} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function ReleasePage(): ReactElement {
  const release = findRelease(useParams()['version'])
  if (!release) return <NotFound what="release" />
  return (
    <>
      <title>{`${release.version} · Release ledger`}</title>
      <Link to="/releases" className="back">
        <ArrowLeft size={16} aria-hidden /> Releases
      </Link>
      <h1>{release.version}</h1>
      <p className="lead">{release.note}</p>
      <p className="muted">
        {showDate(release.date)} · commit <code>{release.commit.slice(0, 12)}</code> · {release.artifacts.length} files,{' '}
        {showBytes(sumBytes(release))}
      </p>
      <section className="card">
        <Artifacts release={release} />
      </section>
    </>
  )
}
