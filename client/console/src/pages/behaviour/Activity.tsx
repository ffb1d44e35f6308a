import type { Names } from '../../api/catalog'
import { BehaviorService } from '../../api/generated/zhice/v1/behavior_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count, percent } from '../../app/format'
import { Days } from '../../components/Days'
import { Figure } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Basis, EventSelect } from './parts'
import { useEvents, type Scope } from './scope'

/** How many customers come each day and each month: those with at least one of the events. */
export function Activity({ scope, days, names }: { scope: Scope; days: number; names: Names }) {
  const { say } = useText()
  const [chosen, choose] = useEvents('active', ['app_open'], names)
  const query = { events: chosen.slice(0, 1).map((eventTypeId) => ({ eventTypeId })) }
  const daily = useCall(BehaviorService.method.countEvents, { scope, query: { ...query, byDay: true } }, { enabled: chosen.length > 0 })
  const month = useCall(
    BehaviorService.method.countEvents,
    { scope: { ...scope, fromDate: bankDay(29) }, query },
    { enabled: chosen.length > 0 },
  )
  const dates = Array.from({ length: days }, (_, i) => bankDay(days - 1 - i))
  return (
    <div className="stack">
      <div className="row">
        <EventSelect value={chosen} onChange={choose} names={names} label={say('behaviour.activeBy')} most={1} />
      </div>
      <Answered of={daily}>
        {(data) => {
          const values = dates.map((date) => Number(data.counts.find((each) => each.date === date)?.customers ?? 0n))
          const mean = Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
          const monthly = Number(month.data?.counts[0]?.customers ?? 0n)
          return (
            <>
              <Basis basis={data.basis} />
              {data.counts.length > 0 ? (
                <>
                  <div className="figures">
                    <Figure name={say('behaviour.today')} value={count(values.at(-1) ?? 0)} />
                    <Figure name={say('behaviour.dau')} value={count(mean)} note={say('measurement.last', { days })} />
                    <Figure name={say('behaviour.mau')} value={count(monthly)} note={say('measurement.last', { days: 30 })} />
                    <Figure name={say('behaviour.sticky')} value={percent(mean, monthly)} note={say('behaviour.stickyNote')} />
                  </div>
                  <Days days={dates} lines={[{ name: say('behaviour.dau'), values }]} label={say('behaviour.dau')} />
                </>
              ) : null}
            </>
          )
        }}
      </Answered>
    </div>
  )
}
