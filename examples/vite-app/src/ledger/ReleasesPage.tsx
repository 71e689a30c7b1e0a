import { Search } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { releases, type Release } from './releases.ts'
import { ReleaseTable } from './ReleaseTable.tsx'

// One field finds a version, a commit, a word of the note or the digest of an artifact.
function matches(release: Release, words: string): boolean {
  const texts = [release.version, release.commit, release.note, ...release.artifacts.map((artifact) => artifact.sha256)]
  return texts.some((text) => text.toLowerCase().includes(words))
}

export function ReleasesPage(): ReactElement {
  const [words, setWords] = useState('')
  const found = releases.filter((release) => matches(release, words.trim().toLowerCase()))
  return (
    <>
      <title>Releases · Release ledger</title>
      <h1>Releases</h1>
      <label className="search">
        <Search size={16} aria-hidden />
        <span className="unseen">Find a release by version, commit, words or digest</span>
        <input
          type="search"
          placeholder="Version, commit, words or digest"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      </label>
      <p className="muted" role="status">
        {found.length === releases.length
          ? `${found.length} releases`
          : `${found.length} of ${releases.length} releases`}
      </p>
      {found.length > 0 && (
        <section className="card">
          <ReleaseTable rows={found} caption="Releases, newest first" />
        </section>
      )}
    </>
  )
}
