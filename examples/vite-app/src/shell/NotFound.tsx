import type { ReactElement } from 'react'
import { Link } from 'react-router'

export function NotFound({ what = 'page' }: { readonly what?: string }): ReactElement {
  return (
    <section>
      <title>Not found · Release ledger</title>
      <h1>There is no such {what}</h1>
      <p className="lead">
        The address may be mistyped. Go to the <Link to="/">overview</Link>.
      </p>
    </section>
  )
}
