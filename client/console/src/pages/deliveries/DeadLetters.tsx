import { App as AntApp, Button, Table } from 'antd'
import { useState } from 'react'
import type { Names } from '../../api/catalog'
import { DeliveryService, type DeadLetter } from '../../api/generated/zhice/v1/delivery_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { useErrorNote } from '../../app/useErrorNote'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** The contacts that were given up; some can be sent again, as new contacts. */
export function DeadLetters({ channelId, names }: { channelId: string; names: Names }) {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const note = useErrorNote()
  const letters = useCall(DeliveryService.method.listDeadLetters, { channelId, pageSize: 200 }, { every: 15_000 })
  const resend = useChange(DeliveryService.method.resendDeadLetters)
  const [chosen, choose] = useState<string[]>([])
  const again = () =>
    resend.mutateAsync({ channelId, contactIds: chosen }).then(
      ({ resent, refused }) => {
        choose([])
        void message.success(say('delivery.resent', { resent, refused: refused.length }))
      },
      (fault: unknown) => note(toApiError(fault)),
    )
  return (
    <Answered of={letters} rows={6}>
      {(list) => (
        <div className="stack">
          {list.deadLetters.length > 0 ? (
            <div>
              <Button disabled={chosen.length === 0} loading={resend.isPending} onClick={() => void again()}>
                {say('delivery.resend')}
              </Button>
            </div>
          ) : null}
          <Table<DeadLetter>
            size="small"
            rowKey={(row) => row.contact!.contactId}
            dataSource={list.deadLetters}
            pagination={{ pageSize: 20, showSizeChanger: false, hideOnSinglePage: true }}
            scroll={{ x: 760 }}
            locale={{ emptyText: <Nothing text={say('delivery.noDead')} /> }}
            {...(list.deadLetters.length > 0
              ? { rowSelection: { selectedRowKeys: chosen, onChange: (keys: React.Key[]) => choose(keys.map(String)) } }
              : {})}
            columns={[
              { title: say('audience.customer'), render: (_, row) => row.contact!.customerId },
              { title: say('campaign.action'), render: (_, row) => names.action(row.contact!.actionId) },
              { title: say('delivery.reason'), dataIndex: 'reason' },
              { title: say('delivery.attempt'), align: 'right', render: (_, row) => row.contact!.attempt },
              { title: say('delivery.givenUp'), render: (_, row) => dateTime(row.giveUpTime) },
            ]}
          />
        </div>
      )}
    </Answered>
  )
}
