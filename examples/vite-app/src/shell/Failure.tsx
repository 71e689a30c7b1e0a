import type { ReactElement } from 'react'

// Shown when a lazy page cannot be loaded, most often because a newer build replaced the chunk it names.
export function Failure(): ReactElement {
  return (
    <main id="main">
      <h1>This page could not be loaded</h1>
      <p className="lead">
        The site may have been updated since you opened it. <a href={import.meta.env.BASE_URL}>Load it again.</a>
      </p>
    </main>
  )
}
