import { CircleHelp, FileCheck2, FileX2 } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import type { Attestation } from './attestation.ts'
import type { DigestReply } from './digest.ts'

export type Hashed = { readonly name: string } & DigestReply

/** What the attestation says about one hashed file. */
export function Finding({
  hashed,
  attestation,
}: {
  readonly hashed: Hashed
  readonly attestation: Attestation
}): ReactElement {
  if ('problem' in hashed)
    return (
      <Box
        tone="open"
        icon={<CircleHelp aria-hidden />}
        title={`${hashed.name} was not hashed`}
        text={hashed.problem}
      />
    )
  const digest = <code className="whole">sha256:{hashed.sha256}</code>
  if (attestation.state !== 'read') {
    return (
      <Box
        tone="open"
        icon={<CircleHelp aria-hidden />}
        title="There is nothing to compare with"
        text="This site has no readable attestation."
        digest={digest}
      />
    )
  }
  const names = attestation.subjects
    .filter((subject) => subject.sha256 === hashed.sha256)
    .map((subject) => subject.name)
  return names.length > 0 ? (
    <Box
      tone="named"
      icon={<FileCheck2 aria-hidden />}
      title="This file is named in this site's attestation"
      text={`As ${names.join(', ')}. Named, not verified: nobody has checked here who signed that.`}
      digest={digest}
    />
  ) : (
    <Box
      tone="unnamed"
      icon={<FileX2 aria-hidden />}
      title="This file is not named in this site's attestation"
      text={`No subject has the digest of ${hashed.name}.`}
      digest={digest}
    />
  )
}

interface BoxProps {
  readonly tone: 'named' | 'unnamed' | 'open'
  readonly icon: ReactNode
  readonly title: string
  readonly text: string
  readonly digest?: ReactNode
}

function Box({ tone, icon, title, text, digest }: BoxProps): ReactElement {
  return (
    <div className={`card finding ${tone}`}>
      {icon}
      <div>
        <strong>{title}</strong>
        <p>{text}</p>
        {digest}
      </div>
    </div>
  )
}
