import { Button, Form, Segmented, Select, Table, Tag } from 'antd'
import type { Names } from '../../api/catalog'
import { named } from '../../api/enums'
import { Purpose } from '../../api/generated/zhice/v1/catalog_pb'
import {
  ConsentSource,
  CustomerService,
  type Consent,
  type ConsentStatement,
  type Customer,
} from '../../api/generated/zhice/v1/customer_service_pb'
import { useCall, useChange } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { useErrorNote } from '../../app/useErrorNote'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** The consents that hold, how they came about, and a form for what a customer says at the desk. */
export function Consents({ customer, names }: { customer: Customer; names: Names }) {
  const { say, sayCode } = useText()
  const statements = useCall(CustomerService.method.listConsentStatements, { customerId: customer.customerId })
  const channel = (id: string) => (id === '' ? say('customer.allChannels') : names.channel(id))
  const said = (granted: boolean) => (
    <Tag variant="filled" color={granted ? 'cyan' : 'red'}>
      {say(granted ? 'customer.granted' : 'customer.refused')}
    </Tag>
  )
  const columns = [
    { title: say('customer.channel'), render: (_: unknown, row: Consent | ConsentStatement) => channel(row.channelId) },
    {
      title: say('customer.purpose'),
      render: (_: unknown, row: Consent | ConsentStatement) => named(sayCode, 'purpose', row.purpose),
    },
    { title: say('customer.statement'), render: (_: unknown, row: Consent | ConsentStatement) => said(row.granted) },
    {
      title: say('customer.source'),
      render: (_: unknown, row: Consent | ConsentStatement) => named(sayCode, 'consentSource', row.source),
    },
  ]
  return (
    <div className="stack">
      <section>
        <h2 className="part-title">{say('customer.consentNow')}</h2>
        <Table<Consent>
          size="small"
          rowKey={(row) => row.channelId + row.purpose}
          pagination={false}
          dataSource={customer.consents}
          locale={{ emptyText: <Nothing text={say('customer.noConsents')} /> }}
          columns={[...columns, { title: say('customer.contactTime'), render: (_, row) => dateTime(row.updateTime) }]}
        />
      </section>
      <ConsentForm customerId={customer.customerId} names={names} />
      <section>
        <h2 className="part-title">{say('customer.history')}</h2>
        <Answered of={statements} rows={2}>
          {(list) => (
            <Table<ConsentStatement>
              size="small"
              rowKey={(row) => `${dateTime(row.recordTime)}${row.channelId}${row.purpose}${row.granted}`}
              pagination={{ pageSize: 20, hideOnSinglePage: true }}
              dataSource={list.statements}
              scroll={{ x: 620 }}
              locale={{ emptyText: <Nothing /> }}
              columns={[
                ...columns,
                { title: say('customer.contactTime'), render: (_, row) => dateTime(row.consentTime) },
                { title: say('customer.evidence'), render: (_, row) => row.evidenceId || '–' },
                { title: say('customer.recordedBy'), render: (_, row) => row.actor || '–' },
              ]}
            />
          )}
        </Answered>
      </section>
    </div>
  )
}

function ConsentForm({ customerId, names }: { customerId: string; names: Names }) {
  const { say } = useText()
  const note = useErrorNote()
  const update = useChange(CustomerService.method.updateConsent)
  const [form] = Form.useForm<{ channelId: string; granted: boolean }>()
  const submit = ({ channelId, granted }: { channelId: string; granted: boolean }) =>
    update.mutate(
      {
        customerId,
        channelId,
        granted,
        purpose: Purpose.MARKETING,
        source: ConsentSource.AGENT,
        requestId: crypto.randomUUID(),
      },
      { onError: note },
    )
  return (
    <Form form={form} layout="vertical" initialValues={{ channelId: '', granted: false }} onFinish={submit}>
      <div className="row form-row">
        <Form.Item name="channelId" label={say('customer.channel')}>
          <Select
            style={{ width: 180 }}
            options={[
              { value: '', label: say('customer.allChannels') },
              ...(names.catalog?.channels ?? []).map((each) => ({
                value: each.channelId,
                label: each.displayName || each.channelId,
              })),
            ]}
          />
        </Form.Item>
        <Form.Item name="granted" label={say('customer.statement')}>
          <Segmented
            options={[
              { value: true, label: say('customer.granted') },
              { value: false, label: say('customer.refused') },
            ]}
          />
        </Form.Item>
        <Button htmlType="submit" loading={update.isPending}>
          {say('customer.recordConsent')}
        </Button>
      </div>
    </Form>
  )
}
