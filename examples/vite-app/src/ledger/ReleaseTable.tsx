import type { ReactElement } from 'react'
import { Link } from 'react-router'
import { showBytes, showDate } from './format.ts'
import { sumBytes, type Release } from './releases.ts'

export function ReleaseTable({
  rows,
  caption,
}: {
  readonly rows: readonly Release[]
  readonly caption: string
}): ReactElement {
  return (
    <div className="scroll">
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Date</th>
            <th scope="col">What changed</th>
            <th scope="col">Commit</th>
            <th scope="col" className="number">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((release) => (
            <tr key={release.version}>
              <th scope="row">
                <Link to={`/releases/${release.version}`}>{release.version}</Link>
              </th>
              <td className="nowrap">{showDate(release.date)}</td>
              <td>{release.note}</td>
              <td>
                <code>{release.commit.slice(0, 7)}</code>
              </td>
              <td className="number">{showBytes(sumBytes(release))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
