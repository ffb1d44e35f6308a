import { Card } from 'antd'
import type { ReactNode } from 'react'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { useText } from '../i18n/useText'
import { clock, count, share } from '../app/format'

/** A number with its name, and what it is of. */
export function Figure({ name, value, note, to }: { name: string; value: ReactNode; note?: ReactNode; to?: ReactNode }) {
  return (
    <Card className="figure" size="small">
      <div className="figure-name">
        {name}
        {to}
      </div>
      <div className={`figure-value ${typeof value === 'string' && value.length > 7 ? 'is-long' : ''}`}>{value}</div>
      <div className="figure-note">{note ?? ' '}</div>
    </Card>
  )
}

/** As of when a number is. */
export function AsOf({ time }: { time: Timestamp | Date | undefined }) {
  const { say } = useText()
  return time ? <span className="as-of">{say('asOf', { time: clock(time) })}</span> : null
}

export interface Bar {
  key: string
  name: ReactNode
  value: bigint | number
  note?: ReactNode
}

/** Bars with their numbers: to be read as text too. */
export function Bars({ bars, of, tone = 0 }: { bars: Bar[]; of?: bigint | number; tone?: number }) {
  const largest = Math.max(1, ...bars.map(({ value }) => Number(value)))
  const whole = of === undefined ? undefined : Number(of)
  return (
    <ul className="bars">
      {bars.map(({ key, name, value, note }) => (
        <li key={key} className="bar">
          <span className="bar-name">{name}</span>
          <span className={`bar-track tone-${tone}`}>
            <svg width="100%" height="10" aria-hidden="true">
              <rect width={`${Number(value) === 0 ? 0 : Math.max(0.5, (100 * Number(value)) / largest)}%`} height="10" rx="2" />
            </svg>
          </span>
          <span className="bar-value">
            {count(value)}
            {whole ? <span className="bar-share">{share(Number(value) / whole)}</span> : null}
            {note}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** How much of something is used; a plain one warns of nothing. */
export function Meter({ used, limit, label, plain = false }: { used: number; limit: number; label: string; plain?: boolean }) {
  const part = limit === 0 ? 1 : Math.min(1, used / limit)
  return (
    <span
      className={`meter ${plain ? 'is-plain' : part >= 1 ? 'is-full' : part >= 0.75 ? 'is-near' : ''}`}
      role="meter"
      aria-label={label}
      aria-valuenow={used}
      aria-valuemin={0}
      aria-valuemax={limit}
    >
      <svg width="100%" height="6" aria-hidden="true">
        <rect className="meter-ground" width="100%" height="6" rx="3" />
        <rect className="meter-part" width={`${part * 100}%`} height="6" rx="3" />
      </svg>
    </span>
  )
}
