import { Table } from 'antd'
import { Link } from 'react-router'
import type { Names } from '../../api/catalog'
import { named } from '../../api/enums'
import { CustomerService, type Contact } from '../../api/generated/zhice/v1/customer_service_pb'
import { useCall } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** The last contacts with their feedback; the decision of each can be opened. */
export function Contacts({ customerId, names }: { customerId: string; names: Names }) {
  const { say, sayCode } = useText()
  const contacts = useCall(CustomerService.method.listCustomerContacts, { customerId, pageSize: 64 })
  return (
    <Answered of={contacts}>
      {(list) => (
        <Table<Contact>
          size="small"
          rowKey="contactId"
          dataSource={list.contacts}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          scroll={{ x: 620 }}
          locale={{ emptyText: <Nothing text={say('customer.noContacts')} /> }}
          columns={[
            { title: say('customer.contactTime'), width: 170, render: (_, row) => dateTime(row.contactTime) },
            { title: say('campaign.action'), render: (_, row) => names.action(row.actionId) },
            { title: say('why.placement'), render: (_, row) => names.placement(row.placementId) },
            {
              title: say('customer.answer'),
              render: (_, row) => (
                <>
                  {named(sayCode, 'feedback', row.answer)}
                  {row.answerTime ? <div className="quiet">{dateTime(row.answerTime)}</div> : null}
                </>
              ),
            },
            {
              title: say('why.verdict'),
              render: (_, row) =>
                row.decisionId ? (
                  <Link to={`?tab=why&decision=${encodeURIComponent(row.decisionId)}`}>{say('customer.tab.why')}</Link>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      )}
    </Answered>
  )
}
