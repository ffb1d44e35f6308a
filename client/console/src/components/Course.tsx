import { share } from '../app/format'

/** What is known of a difference by the end of a day. */
export interface CourseDay {
  day: string
  value: number
  low: number
  high: number
}

const width = 640
const height = 200
const left = 56
const right = 22
const bottom = 24
const gap = 10

/** A difference over days, cumulative: its estimate as a line, its interval as a band, and zero. */
export function Course({ days, label, name, band }: { days: CourseDay[]; label: string; name: string; band: string }) {
  const [from, to] = rangeOf(days)
  const x = (i: number) => left + ((width - left - right) * (days.length === 1 ? 0.5 : i)) / Math.max(1, days.length - 1)
  const y = (value: number) => gap + (height - bottom - gap) * (1 - (Math.min(to, Math.max(from, value)) - from) / (to - from))
  const marks = [...new Set([from, 0, to])]
  const every = Math.ceil(days.length / 9)
  const points = (pick: (day: CourseDay) => number) => days.map((day, i) => `${x(i)},${y(pick(day))}`)
  return (
    <figure className="days">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {marks.map((mark) => (
          <g key={mark}>
            <line className={mark === 0 ? 'diagonal' : 'grid'} x1={left} x2={width - right} y1={y(mark)} y2={y(mark)} />
            <text className="axis" x={left - 8} y={y(mark) + 4} textAnchor="end">
              {share(mark, 2)}
            </text>
          </g>
        ))}
        {days.map(({ day }, i) =>
          i % every === 0 || i === days.length - 1 ? (
            <text key={day} className="axis" x={x(i)} y={height - 6} textAnchor="middle">
              {day.slice(5)}
            </text>
          ) : null,
        )}
        <g className="line tone-0">
          <polygon className="band" points={[...points(({ high }) => high), ...points(({ low }) => low).reverse()].join(' ')} />
          {days.length === 1 ? <line className="whisker" x1={x(0)} x2={x(0)} y1={y(days[0]!.low)} y2={y(days[0]!.high)} /> : null}
          <polyline points={points(({ value }) => value).join(' ')} />
          {days.map(({ day, value, low, high }, i) => (
            <circle key={day} cx={x(i)} cy={y(value)} r={2.5}>
              <title>{`${day}: ${share(value, 2)} [${share(low, 2)}, ${share(high, 2)}]`}</title>
            </circle>
          ))}
        </g>
      </svg>
      <figcaption>
        <span className="legend">{name}</span>
        <span className="legend is-band">{band}</span>
      </figcaption>
    </figure>
  )
}

/** From where to where a course is drawn: zero, each estimate and the intervals of the second half; the first are often very wide. */
export function rangeOf(days: CourseDay[]): [number, number] {
  const late = days.slice(Math.floor(days.length / 2))
  const values = [0, ...days.map(({ value }) => value), ...late.flatMap(({ low, high }) => [low, high])]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? [-0.01, 0.01] : [low, high]
}
