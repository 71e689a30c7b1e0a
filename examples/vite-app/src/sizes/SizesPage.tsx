import type { ReactElement } from 'react'
import { showBytes, showChange } from '../ledger/format.ts'
import { KINDS, releases, sumBytes } from '../ledger/releases.ts'
import { SizeChart } from './SizeChart.tsx'

function SizeTable(): ReactElement {
  return (
    <div className="scroll">
      <table>
        <caption className="unseen">Size of each release by kind of file</caption>
        <thead>
          <tr>
            <th scope="col">Version</th>
            {[...KINDS, 'total', 'change'].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {releases.map((release, at) => {
            const before = releases[at + 1]
            return (
              <tr key={release.version}>
                <th scope="row">{release.version}</th>
                {KINDS.map((kind) => (
                  <td key={kind} className="number">
                    {showBytes(sumBytes(release, kind))}
                  </td>
                ))}
                <td className="number">{showBytes(sumBytes(release))}</td>
                <td className="number">{before ? showChange(sumBytes(before), sumBytes(release)) : '–'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

export function SizesPage(): ReactElement {
  return (
    <>
      <title>Sizes · Release ledger</title>
      <h1>Sizes</h1>
      <p className="lead">Every release by kind of file, as a chart and as a table.</p>
      <section className="card">
        <SizeChart />
      </section>
      <section className="card">
        <SizeTable />
      </section>
    </>
  )
}
