import { Card } from 'antd'
import type { Names } from '../../api/catalog'
import type { PastEvent } from '../../api/generated/zhice/v1/customer_service_pb'
import { dateTime } from '../../app/format'
import { useText } from '../../i18n/useText'

export function LastEvents({ events, names }: { events: PastEvent[]; names: Names }) {
  const { say, sayCode } = useText()
  const name = (id: string) => {
    const feedback = sayCode('feedback', id.toUpperCase())
    return feedback === id.toUpperCase() ? names.eventType(id) : feedback
  }
  return (
    <Card title={say('customer.lastEvents')}>
      {events.length === 0 ? (
        <span className="quiet">{say('customer.noEvents')}</span>
      ) : (
        <ul className="list">
          {events.map((event, i) => (
            <li key={i}>
              <span>
                {name(event.eventTypeId)}
                {event.channelId ? <span className="quiet"> · {names.channel(event.channelId)}</span> : null}
              </span>
              <time className="quiet number">{dateTime(event.eventTime)}</time>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
