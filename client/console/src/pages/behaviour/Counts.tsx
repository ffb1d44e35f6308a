import { Table } from 'antd'
import type { Names } from '../../api/catalog'
import { BehaviorService, type EventCount } from '../../api/generated/zhice/v1/behavior_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count, decimals } from '../../app/format'
import { Days } from '../../components/Days'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Basis, EventSelect, eventName, SaveAudience } from './parts'
import { useEvents, type Scope } from './scope'

/** How often things happen, and to how many customers. */
export function Counts({ scope, days, names }: { scope: Scope; days: number; names: Names }) {
  const { say, sayCode } = useText()
  const [chosen, choose] = useEvents('events', ['app_open', 'page_view', 'wealth_page_view'], names)
  const events = chosen.map((eventTypeId) => ({ eventTypeId }))
  const daily = useCall(BehaviorService.method.countEvents, { scope, query: { events, byDay: true } }, { enabled: events.length > 0 })
  const whole = useCall(BehaviorService.method.countEvents, { scope, query: { events } }, { enabled: events.length > 0 })
  const dates = Array.from({ length: days }, (_, i) => bankDay(days - 1 - i))
  const name = (id: string) => eventName(id, names, sayCode)
  return (
    <div className="stack">
      <div className="row">
        <EventSelect value={chosen} onChange={choose} names={names} label={say('behaviour.events')} most={4} />
      </div>
      <Answered of={daily}>
        {(data) => (
          <>
            <Basis basis={data.basis} />
            {data.counts.length > 0 ? (
              <Days
                days={dates}
                label={say('behaviour.counts')}
                lines={chosen.map((id) => ({
                  name: name(id),
                  values: dates.map((date) =>
                    Number(data.counts.find((each) => each.eventTypeId === id && each.date === date)?.events ?? 0n),
                  ),
                }))}
              />
            ) : null}
          </>
        )}
      </Answered>
      <Answered of={whole}>
        {(data) =>
          data.counts.length === 0 ? null : (
            <Table<EventCount>
              size="small"
              rowKey="eventTypeId"
              pagination={false}
              dataSource={data.counts}
              scroll={{ x: 560 }}
              columns={[
                { title: say('dimension.EVENT_TYPE'), render: (_, row) => name(row.eventTypeId) },
                { title: say('behaviour.times'), align: 'right', render: (_, row) => count(row.events) },
                { title: say('model.customers'), align: 'right', render: (_, row) => count(row.customers) },
                {
                  title: say('behaviour.each'),
                  align: 'right',
                  render: (_, row) => (row.customers > 0n ? decimals(Number(row.events) / Number(row.customers), 1) : '–'),
                },
                {
                  title: '',
                  key: 'save',
                  width: 170,
                  render: (_, row) => (
                    <SaveAudience
                      part={{
                        scope,
                        part: { case: 'events', value: { events: [{ eventTypeId: row.eventTypeId }] } },
                      }}
                      text={say('behaviour.save')}
                    />
                  ),
                },
              ]}
            />
          )
        }
      </Answered>
    </div>
  )
}
