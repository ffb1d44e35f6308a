import { count, share } from '../app/format'

/** Decisions of which about the same was predicted: what happened, with its interval. */
export interface CalibrationPoint {
  predicted: number
  observed: number
  low: number
  high: number
  lessons: bigint | number
}

const size = 320
const left = 46
const bottom = 40
const gap = 10

/** What was predicted against what happened: on the line they are the same. From zero to the largest of both. */
export function Calibration({
  points,
  across,
  upwards,
  label,
}: {
  points: CalibrationPoint[]
  across: string
  upwards: string
  label: string
}) {
  const top = topOf(points)
  const x = (value: number) => left + ((size - left - gap) * Math.min(top, value)) / top
  const y = (value: number) => gap + (size - bottom - gap) * (1 - Math.min(top, value) / top)
  return (
    <figure className="days calibration">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line className="grid" x1={left} x2={size - gap} y1={y(top * part)} y2={y(top * part)} />
            <line className="grid" x1={x(top * part)} x2={x(top * part)} y1={gap} y2={size - bottom} />
            <text className="axis" x={left - 6} y={y(top * part) + 4} textAnchor="end">
              {share(top * part)}
            </text>
            <text className="axis" x={x(top * part)} y={size - bottom + 15} textAnchor={part === 1 ? 'end' : 'middle'}>
              {share(top * part)}
            </text>
          </g>
        ))}
        <line className="diagonal" x1={x(0)} y1={y(0)} x2={x(top)} y2={y(top)} />
        <g className="line tone-0">
          {points.map(({ predicted, observed, low, high, lessons }, i) => (
            <g key={i}>
              <line className="whisker" x1={x(predicted)} x2={x(predicted)} y1={y(low)} y2={y(high)} />
              <circle cx={x(predicted)} cy={y(observed)} r={3.5}>
                <title>{`${share(predicted, 2)} → ${share(observed, 2)} [${share(low, 2)}, ${share(high, 2)}] · ${count(lessons)}`}</title>
              </circle>
            </g>
          ))}
        </g>
        <text className="axis" x={(left + size - gap) / 2} y={size - 6} textAnchor="middle">
          {across}
        </text>
        <text className="axis" x={-(gap + size - bottom) / 2} y={11} textAnchor="middle" transform="rotate(-90)">
          {upwards}
        </text>
      </svg>
    </figure>
  )
}

/** Where the axes end: above every point, and above the intervals unless they are far wider than the points are high. */
export function topOf(points: CalibrationPoint[]): number {
  const highest = Math.max(0.001, ...points.flatMap(({ predicted, observed }) => [predicted, observed]))
  const widest = Math.max(highest, ...points.map(({ high }) => high))
  const wanted = Math.min(1, widest > 3 * highest ? 1.5 * highest : widest)
  const scale = 10 ** Math.floor(Math.log10(wanted))
  return Math.min(1, [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * scale).find((step) => step >= wanted - 1e-12) ?? wanted)
}
