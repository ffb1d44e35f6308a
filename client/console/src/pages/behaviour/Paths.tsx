import { Segmented } from 'antd'
import type { Names } from '../../api/catalog'
import { BehaviorService } from '../../api/generated/zhice/v1/behavior_service_pb'
import { useCall } from '../../api/hooks'
import { useFilter } from '../../app/useFilter'
import { Bars } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Basis, EventSelect, eventName, SaveAudience } from './parts'
import { days, useEvents, type Scope } from './scope'

/** What customers do before or after an event. */
export function Paths({ scope, names }: { scope: Scope; names: Names }) {
  const { say, sayCode } = useText()
  const [around, setAround] = useEvents('around', ['page_view'], names)
  const [side, setSide] = useFilter('side', 'after')
  const query = { around: { eventTypeId: around[0] ?? '' }, before: side === 'before', steps: 3, window: days(1) }
  const answer = useCall(BehaviorService.method.getPaths, { scope, query, limit: 15 }, { enabled: around.length > 0 })
  const text = (events: string[]) =>
    events.length === 0
      ? say('behaviour.nothingElse')
      : (side === 'before' ? [...events].reverse() : events).map((each) => eventName(each.replace(/\[.*/, ''), names, sayCode)).join(' → ')
  return (
    <div className="stack">
      <div className="row">
        <Segmented
          value={side}
          onChange={setSide}
          options={[
            { value: 'before', label: say('behaviour.before') },
            { value: 'after', label: say('behaviour.after') },
          ]}
        />
        <EventSelect value={around} onChange={setAround} names={names} label={say('behaviour.around')} most={1} />
      </div>
      <Answered of={answer}>
        {(data) => (
          <>
            <Basis basis={data.basis} />
            <Bars
              of={data.paths.reduce((sum, each) => sum + each.customers, data.otherCustomers)}
              bars={[
                ...data.paths.map((path) => ({
                  key: path.events.join('>'),
                  name: text(path.events),
                  value: path.customers,
                  note:
                    path.events.length > 0 ? (
                      <>
                        {' '}
                        <SaveAudience
                          part={{ scope, part: { case: 'paths', value: { query, begin: path.events } } }}
                          text={say('behaviour.save')}
                        />
                      </>
                    ) : undefined,
                })),
                ...(data.otherCustomers > 0n ? [{ key: 'other', name: say('behaviour.other'), value: data.otherCustomers }] : []),
              ]}
            />
          </>
        )}
      </Answered>
    </div>
  )
}
