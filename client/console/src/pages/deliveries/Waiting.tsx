import { Table } from 'antd'
import type { Names } from '../../api/catalog'
import { DeliveryService, type WaitingContact } from '../../api/generated/zhice/v1/delivery_service_pb'
import { useCall } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { Bars } from '../../components/figures'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** What waits for a channel, for what, and when it is tried next. */
export function Waiting({ channelId, names }: { channelId: string; names: Names }) {
  const { say } = useText()
  const waiting = useCall(DeliveryService.method.listWaitingContacts, { channelId, pageSize: 200 }, { every: 10_000 })
  return (
    <Answered of={waiting} rows={6}>
      {({ contacts, counts }) => (
        <div className="stack">
          {counts.length > 0 ? (
            <Bars
              tone={2}
              bars={counts.map((each) => ({
                key: `${each.isWithGateway}${each.heldBy}`,
                value: each.count,
                name: (
                  <>
                    {each.isWithGateway
                      ? say('campaign.withGateway')
                      : each.heldBy
                        ? say('campaign.heldBy', { what: each.heldBy })
                        : say('campaign.waitsForChannel')}
                    <div className="quiet">
                      {each.gateways === 0 ? <div>{say('campaign.noGateway')}</div> : null}
                      {each.oldestTime ? say('delivery.oldest', { time: dateTime(each.oldestTime) }) : ''}
                    </div>
                  </>
                ),
              }))}
            />
          ) : null}
          <Table<WaitingContact>
            size="small"
            rowKey={(row) => row.contact!.contactId}
            dataSource={contacts}
            pagination={{ pageSize: 20, showSizeChanger: false, hideOnSinglePage: true }}
            scroll={{ x: 860 }}
            locale={{ emptyText: <Nothing text={say('delivery.noWaiting')} /> }}
            columns={[
              { title: say('audience.customer'), render: (_, row) => row.contact!.customerId },
              { title: say('campaign.action'), render: (_, row) => names.action(row.contact!.actionId) },
              { title: say('dimension.CAMPAIGN'), render: (_, row) => row.contact!.campaignId || '–' },
              { title: say('delivery.since'), render: (_, row) => dateTime(row.availableTime) },
              { title: say('delivery.next'), render: (_, row) => dateTime(row.nextTime) },
              { title: say('delivery.attempt'), align: 'right', render: (_, row) => row.contact!.attempt },
              {
                title: say('delivery.waitsFor'),
                render: (_, row) => row.heldBy || (row.isWithGateway ? say('campaign.withGateway') : '–'),
              },
              { title: say('delivery.refusal'), render: (_, row) => row.lastRefusal || '–' },
            ]}
          />
        </div>
      )}
    </Answered>
  )
}
