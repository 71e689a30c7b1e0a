import { format, parseISO } from 'date-fns'
import type { ReactElement } from 'react'
import { Area, AreaChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { showBytes, showDate } from '../ledger/format.ts'
import { KINDS, releases, sumBytes } from '../ledger/releases.ts'

const points = releases.toReversed().map((release) => ({
  time: parseISO(release.date).getTime(),
  label: `${release.version} · ${showDate(release.date)}`,
  ...Object.fromEntries(KINDS.map((kind) => [kind, sumBytes(release, kind)])),
}))

// Round binary steps: the library's own ticks are round only in decimal.
const STEP = 256 * 1024
const steps = Math.ceil(Math.max(...releases.map((release) => sumBytes(release))) / STEP)
const ticks = Array.from({ length: steps + 1 }, (_, at) => at * STEP)

const axis = { stroke: 'var(--muted)', tickLine: false, fontSize: 12 } as const

function labelOf(rows: readonly { readonly payload?: unknown }[]): string {
  return (rows[0]?.payload as { readonly label?: string } | undefined)?.label ?? ''
}

export function SizeChart(): ReactElement {
  return (
    <div
      className="chart"
      role="img"
      aria-label="Size of each release by kind of file, over time. The page Sizes has the same as a table."
    >
      <ResponsiveContainer width="100%" height="100%">
        <AreaChart data={points} margin={{ top: 8, right: 16, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            {...axis}
            dataKey="time"
            type="number"
            scale="time"
            domain={['dataMin', 'dataMax']}
            minTickGap={24}
            tickFormatter={(time: number) => format(time, 'd MMM')}
          />
          <YAxis
            {...axis}
            axisLine={false}
            width={76}
            ticks={ticks}
            domain={[0, steps * STEP]}
            tickFormatter={(bytes: number) => `${bytes / 1024} KiB`}
          />
          <Tooltip
            formatter={(bytes, kind) => [showBytes(Number(bytes)), kind]}
            labelFormatter={(_, rows) => labelOf(rows)}
            contentStyle={{
              background: 'var(--surface)',
              border: '1px solid var(--line)',
              borderRadius: 8,
            }}
            itemStyle={{ color: 'var(--text)' }}
          />
          <Legend
            iconType="circle"
            iconSize={8}
            itemSorter={null}
            wrapperStyle={{ fontSize: 14 }}
            formatter={(kind: string) => <span className="muted">{kind}</span>}
          />
          {KINDS.map((kind) => (
            <Area
              key={kind}
              dataKey={kind}
              stackId="size"
              type="linear"
              stroke={`var(--${kind})`}
              fill={`var(--${kind})`}
              fillOpacity={0.35}
              isAnimationActive={false}
            />
          ))}
        </AreaChart>
      </ResponsiveContainer>
    </div>
  )
}
