import { differenceInCalendarDays, parseISO } from 'date-fns'
import { CalendarDays, Package, Scale } from 'lucide-react'
import { lazy, Suspense, type ReactElement, type ReactNode } from 'react'
import { Link } from 'react-router'
import { showBytes, showChange, showDate } from './format.ts'
import { releases, sumBytes, type Release } from './releases.ts'
import { ReleaseTable } from './ReleaseTable.tsx'

const SizeChart = lazy(async () => ({
  default: (await import('../sizes/SizeChart.tsx')).SizeChart,
}))

function Fact({
  icon,
  label,
  value,
  note,
}: Readonly<{ icon: ReactNode; label: string; value: string; note: string }>): ReactElement {
  return (
    <div className="card fact">
      <dt>
        {icon} {label}
      </dt>
      <dd className="value">{value}</dd>
      <dd className="muted">{note}</dd>
    </div>
  )
}

function Facts({ latest, before, oldest }: Readonly<Record<'latest' | 'before' | 'oldest', Release>>): ReactElement {
  const size = sumBytes(latest)
  const days = differenceInCalendarDays(parseISO(latest.date), parseISO(oldest.date)) / (releases.length - 1)
  return (
    <dl className="facts">
      <Fact
        icon={<Package size={16} aria-hidden />}
        label="Latest release"
        value={latest.version}
        note={showDate(latest.date)}
      />
      <Fact
        icon={<Scale size={16} aria-hidden />}
        label="Size"
        value={showBytes(size)}
        note={`${showChange(sumBytes(before), size)} since ${before.version}`}
      />
      <Fact
        icon={<CalendarDays size={16} aria-hidden />}
        label="Pace"
        value={`${days.toFixed(0)} days`}
        note={`between releases, over ${releases.length} of them`}
      />
    </dl>
  )
}

export function OverviewPage(): ReactElement {
  const [latest, before] = releases
  const oldest = releases.at(-1)
  return (
    <>
      <title>Overview · Release ledger</title>
      <h1>Harbor</h1>
      <p className="lead">What was shipped, when, and how large it was.</p>
      {latest && before && oldest && <Facts latest={latest} before={before} oldest={oldest} />}
      <section className="card">
        <h2>Size of the build</h2>
        <Suspense fallback={<div className="chart" />}>
          <SizeChart />
        </Suspense>
      </section>
      <section className="card">
        <div className="headline">
          <h2>Recent releases</h2>
          <Link to="/releases">All releases</Link>
        </div>
        <ReleaseTable rows={releases.slice(0, 5)} caption="The five newest releases" />
      </section>
    </>
  )
}
