import { Card } from 'antd'
import type { Names } from '../../api/catalog'
import type { ContactCounter } from '../../api/generated/zhice/v1/customer_service_pb'
import { dateTime } from '../../app/format'
import { Meter } from '../../components/figures'
import { Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** What is left of each cap that binds the customer, the scarcest first. */
export function Caps({ counters, names }: { counters: ContactCounter[]; names: Names }) {
  const { say } = useText()
  const scope = (id: string) =>
    id === ''
      ? say('customer.allContacts')
      : ([names.channel, names.category, names.action].map((of) => of(id)).find((name) => name !== id) ?? id)
  const sorted = [...counters].sort((a, b) => a.remaining / Math.max(1, a.limit) - b.remaining / Math.max(1, b.limit))
  return (
    <Card title={say('customer.caps')}>
      {sorted.length === 0 ? (
        <Nothing text={say('customer.noCaps')} />
      ) : (
        <ul className="list">
          {sorted.map((cap) => (
            <li key={cap.capId + cap.scopeId} className="cap">
              <span>
                <code>{cap.capId}</code> <span className="quiet">{scope(cap.scopeId)}</span>
              </span>
              <span className="cap-left">
                <Meter used={cap.used} limit={cap.limit} label={cap.capId} />
                <span className="number">{say('customer.capLeft', { left: cap.remaining, limit: cap.limit })}</span>
                {cap.nextFreeTime ? (
                  <span className="quiet">{say('customer.capFree', { time: dateTime(cap.nextFreeTime) })}</span>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
