/** An interval around an estimate, drawn on a line that has zero in its middle. */
export function Interval({ low, value, high }: { low: number; value: number; high: number }) {
  const reach = Math.max(Math.abs(low), Math.abs(high), 1e-9) * 1.1
  const x = (at: number) => 80 + (80 * at) / reach
  return (
    <svg className="interval" width="160" height="18" aria-hidden="true">
      <line className="interval-zero" x1="80" x2="80" y1="1" y2="17" />
      <line className="interval-range" x1={x(low)} x2={x(high)} y1="9" y2="9" />
      <circle className="interval-value" cx={x(value)} cy="9" r="4" />
    </svg>
  )
}
