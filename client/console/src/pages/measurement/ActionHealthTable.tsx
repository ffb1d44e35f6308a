import { Alert, Button, Card, Table, Tag } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Names } from '../../api/catalog'
import { named } from '../../api/enums'
import {
  ActionFinding,
  MeasurementService,
  type ActionHealth,
  type GetActionHealthResponse,
} from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { count, percent, share } from '../../app/format'
import { AsOf } from '../../components/figures'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

// A tenth of the customers: enough to see who gets nothing, and little work for the silos.
const sample = 0.1

const colours: Partial<Record<ActionFinding, string>> = {
  [ActionFinding.NONE]: 'cyan',
  [ActionFinding.BLOCKED]: 'red',
  [ActionFinding.OUTRANKED]: 'orange',
  [ActionFinding.STARVED]: 'orange',
  [ActionFinding.LOSING]: 'red',
}

/** Which actions nobody gets, and why; which reach nobody, and which are accepted more rarely than others. It is asked for by a button. */
export function ActionHealthTable({ days, names }: { days: number; names: Names }) {
  const { say } = useText()
  const [isAsked, ask] = useState(false)
  const answer = useCall(MeasurementService.method.getActionHealth, { sample, days }, { enabled: isAsked })
  if (!isAsked) {
    return (
      <div className="stack">
        <p className="quiet">{say('health.actionsNote')}</p>
        <div>
          <Button type="primary" onClick={() => ask(true)}>
            {say('health.run')}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <Answered of={answer} rows={10}>
      {(data) => (
        <div className="stack">
          <Reach data={data} />
          {data.fewerThan > 0n ? <Alert type="info" showIcon title={say('behaviour.tooFew', { count: count(data.fewerThan) })} /> : null}
          <Actions actions={data.actions} customers={data.customers} names={names} />
        </div>
      )}
    </Answered>
  )
}

function Reach({ data }: { data: GetActionHealthResponse }) {
  const { say, sayCode } = useText()
  const found = [...new Set(data.actions.map((each) => each.finding))].map(
    (finding) => [finding, data.actions.filter((each) => each.finding === finding)] as const,
  )
  return (
    <Card
      size="small"
      title={say('health.summary', { customers: count(data.customers), version: String(data.catalogVersion) })}
      extra={<AsOf time={data.asOfTime} />}
    >
      <span className="row">
        {found.map(([finding, some]) => (
          <Tag key={finding} variant="filled" color={colours[finding] ?? 'default'}>
            {sayCode('actionFinding', ActionFinding[finding]!)} {some.length}
          </Tag>
        ))}
      </span>
    </Card>
  )
}

function Actions({ actions, customers, names }: { actions: ActionHealth[]; customers: bigint; names: Names }) {
  const { say, sayCode } = useText()
  return (
    <Table<ActionHealth>
      size="small"
      rowKey="actionId"
      dataSource={actions}
      pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
      scroll={{ x: 900 }}
      locale={{ emptyText: <Nothing /> }}
      columns={[
        {
          title: say('catalogue.actions'),
          render: (_, row) => <Link to={`/catalogue?tab=actions&q=${row.actionId}`}>{names.action(row.actionId)}</Link>,
        },
        {
          title: say('health.finding'),
          render: (_, row) => (
            <Tag variant="filled" color={colours[row.finding] ?? 'default'}>
              {sayCode('actionFinding', ActionFinding[row.finding]!)}
            </Tag>
          ),
        },
        {
          title: say('health.offered'),
          align: 'right',
          sorter: (a, b) => Number(a.offered - b.offered),
          render: (_, row) => (
            <>
              {count(row.offered)} <span className="quiet">{percent(row.offered, customers)}</span>
            </>
          ),
        },
        { title: say('health.outranked'), align: 'right', render: (_, row) => count(row.outranked) },
        { title: say('health.blocked'), align: 'right', render: (_, row) => count(row.blocked) },
        {
          title: say('health.why'),
          render: (_, row) =>
            row.mainCode ? (
              <>
                {named(sayCode, 'reason', row.mainCode)} <code className="quiet">{row.mainRuleId}</code>
              </>
            ) : (
              '–'
            ),
        },
        { title: say('health.reached'), align: 'right', render: (_, row) => count(row.reached) },
        {
          title: say('report.accepted'),
          align: 'right',
          render: (_, row) => (
            <>
              {count(row.accepted)} <span className="quiet">{percent(row.accepted, row.reached)}</span>
            </>
          ),
        },
        {
          title: say('health.difference'),
          align: 'right',
          render: (_, row) => (row.difference ? share(row.difference.value, 2) : '–'),
        },
      ]}
    />
  )
}
