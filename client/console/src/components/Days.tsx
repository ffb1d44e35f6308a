export interface DayLine {
  name: string
  values: number[]
}

const width = 640
const height = 180
const left = 44
const right = 22
const bottom = 24

/** Lines over days, drawn as they are: no smoothing, from zero. */
export function Days({ days, lines, label }: { days: string[]; lines: DayLine[]; label: string }) {
  const top = niceTop(Math.max(1, ...lines.flatMap(({ values }) => values)))
  const x = (i: number) => left + ((width - left - right) * i) / Math.max(1, days.length - 1)
  const y = (value: number) => 10 + (height - bottom - 10) * (1 - value / top)
  return (
    <figure className="days">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line className="grid" x1={left} x2={width - right} y1={y(top * part)} y2={y(top * part)} />
            <text className="axis" x={left - 8} y={y(top * part) + 4} textAnchor="end">
              {compact(top * part)}
            </text>
          </g>
        ))}
        {days.map((day, i) => (
          <text key={day} className="axis" x={x(i)} y={height - 6} textAnchor="middle">
            {day.slice(5)}
          </text>
        ))}
        {lines.map(({ name, values }, i) => (
          <g key={name} className={`line tone-${i}`}>
            <polyline points={values.map((value, at) => `${x(at)},${y(value)}`).join(' ')} />
            {values.map((value, at) => (
              <circle key={days[at]} cx={x(at)} cy={y(value)} r={2.5}>
                <title>{`${days[at]} ${name}: ${value.toLocaleString()}`}</title>
              </circle>
            ))}
          </g>
        ))}
      </svg>
      <figcaption>
        {lines.map(({ name }, i) => (
          <span key={name} className={`legend tone-${i}`}>
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

export function niceTop(value: number): number {
  const scale = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 4, 5, 10].map((step) => step * scale).find((step) => step >= value) ?? value
}

function compact(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 1000)}k` : String(value)
}
