import { Alert, Card } from 'antd'
import { AudienceService } from '../../api/generated/zhice/v1/audience_service_pb'
import { Purpose } from '../../api/generated/zhice/v1/catalog_pb'
import { useCall } from '../../api/hooks'
import { count, percent } from '../../app/format'
import { AsOf, Meter } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'

export interface Ref {
  expression?: string
  audienceId?: string
}

// Who sees no customers by name sees no small number either: the answer has 0 in its place, and the floor.
const floored = (customers: bigint, fewerThan: bigint) => (fewerThan > 0n ? `< ${count(fewerThan)}` : count(customers))

/** How many match, in people and per cent; those whom marketing may look at counted apart. */
export function AudienceSize({ audience, isReady }: { audience: Ref; isReady: boolean }) {
  const { say } = useText()
  const all = useCall(
    AudienceService.method.countAudience,
    { audience: { ...audience, purpose: Purpose.SERVICE } },
    { enabled: isReady, every: 30_000 },
  )
  const open = useCall(AudienceService.method.countAudience, { audience }, { enabled: isReady, every: 30_000 })
  return (
    <Card title={say('audience.matching')} extra={<AsOf time={all.data?.asOfTime} />}>
      {isReady ? (
        <Answered of={all} rows={2}>
          {({ customers, total, unreadableCustomers, fewerThan }) => (
            <div className="stack" aria-live="polite">
              <div>
                <span className="figure-value" data-testid="audience-size">
                  {floored(customers, fewerThan)}
                </span>{' '}
                <span className="quiet">{say('percentOf', { percent: percent(customers, total, 2), total: count(total) })}</span>
              </div>
              <Meter used={Number(customers)} limit={Number(total)} label={say('audience.matching')} plain />
              <div className="spread">
                <span>{say('audience.mayContact')}</span>
                <b className="number">{open.data ? floored(open.data.customers, open.data.fewerThan) : '…'}</b>
              </div>
              <div className="quiet">{say('audience.mayContactNote')}</div>
              {unreadableCustomers > 0n ? (
                <Alert type="warning" showIcon title={say('audience.unreadable', { count: count(unreadableCustomers) })} />
              ) : null}
            </div>
          )}
        </Answered>
      ) : null}
    </Card>
  )
}
