import type { InitializedTrust } from '@sealwax/core'
import { openProgress } from '../terminal/progress.ts'
import { onStdout, printable, say, table, toJson } from '../terminal/text.ts'
import type { InitializeOptions } from '../verbs/initialize.ts'

/** Fetches and keeps the trust of a TUF repository, and reports. */
export async function initialize(options: InitializeOptions): Promise<void> {
  const { initializeTrust } = await import('@sealwax/core')
  const { mirror, root, rootChecksum, staging, caFile, timeout, output } = options
  const progress = openProgress()
  progress.step('asking the TUF repository')
  try {
    const named = withCosignsNames({ mirror, root }, staging === true)
    const result = await initializeTrust({ ...named, rootChecksum, staging, caFile, deadline: timeout })
    progress.clear()
    report(result, output)
  } finally {
    progress.clear()
  }
}

interface Named {
  readonly mirror?: string | undefined
  readonly root?: string | undefined
}

/** cosign's variables stand for flags that are not given. */
function withCosignsNames({ mirror, root }: Named, staging: boolean): Named {
  if (staging || mirror !== undefined || root !== undefined) return { mirror, root }
  const { TUF_MIRROR, TUF_ROOT_JSON } = process.env
  return { mirror: TUF_MIRROR || undefined, root: TUF_ROOT_JSON || undefined }
}

function report({ mirror, folder, rootVersion, expires, files }: InitializedTrust, output: 'text' | 'json'): void {
  if (output === 'json') {
    say(toJson({ mirror, folder, rootVersion, expires, files }, 2))
    return
  }
  say(
    `${onStdout('green', 'trusted')} ${printable(mirror)}`,
    ...table([
      ['root', `version ${rootVersion}`],
      ['expires', expires.toISOString()],
      ['files', files.join(' ')],
      ['kept in', folder],
    ]),
  )
}
