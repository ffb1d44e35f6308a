import { Button, Card } from 'antd'
import type { Names } from '../../api/catalog'
import { HandOffService, HoldOutcome, type ActionHold } from '../../api/generated/zhice/v1/hand_off_service_pb'
import { useChange } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { useErrorNote } from '../../app/useErrorNote'
import { useText } from '../../i18n/useText'

/** The actions that people at a desk keep for the customer. */
export function Holds({ customerId, holds, names }: { customerId: string; holds: ActionHold[]; names: Names }) {
  const { say } = useText()
  const note = useErrorNote()
  const end = useChange(HandOffService.method.endHold, 'CustomerService')
  return (
    <Card title={say('customer.holds')}>
      {holds.length === 0 ? (
        <span className="quiet">{say('customer.noHolds')}</span>
      ) : (
        <ul className="list">
          {holds.map((hold) => (
            <li key={hold.holdId}>
              <span>
                {names.action(hold.actionId)}
                <div className="quiet">
                  {names.channel(hold.channelId)} · {hold.owner} · {say('customer.until', { time: dateTime(hold.expireTime) })}
                </div>
              </span>
              <Button
                size="small"
                loading={end.isPending}
                onClick={() => end.mutate({ customerId, holdId: hold.holdId, outcome: HoldOutcome.RELEASED }, { onError: note })}
              >
                {say('desk.release')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
