import { Button, Input, Table, Tag } from 'antd'
import { useState } from 'react'
import type { Names } from '../../api/catalog'
import { named } from '../../api/enums'
import type { Action, Rule } from '../../api/generated/zhice/v1/catalog_pb'
import { yuan } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useFilter } from '../../app/useFilter'
import { useText } from '../../i18n/useText'
import { EditText } from './EditText'
import { ProposeAction } from './ProposeAction'

export function Actions({ names, etag }: { names: Names; etag: string }) {
  const { say, sayCode } = useText()
  const me = useMe()
  const [q, setQ] = useFilter('q')
  const [edited, setEdited] = useState<Action | null>(null)
  const shown = names.catalog!.actions.filter((each) =>
    `${each.actionId} ${each.displayName} ${names.category(each.categoryId)}`.toLowerCase().includes(q.toLowerCase()),
  )
  return (
    <div className="stack">
      <div className="row">
        <Input.Search
          allowClear
          style={{ maxWidth: 280 }}
          placeholder={say('catalogue.search')}
          aria-label={say('catalogue.search')}
          defaultValue={q}
          onChange={(event) => setQ(event.target.value)}
        />
        <EditText part="actions" isNew />
      </div>
      <Table<Action>
        size="small"
        rowKey="actionId"
        dataSource={shown}
        pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
        scroll={{ x: 760 }}
        expandable={{ expandedRowRender: (action) => <Details action={action} names={names} /> }}
        columns={[
          {
            title: say('catalogue.actions'),
            render: (_, each) => (
              <>
                {each.displayName || each.actionId} <span className="quiet mono">{each.actionId}</span>
              </>
            ),
          },
          { title: say('catalogue.category'), render: (_, each) => names.category(each.categoryId) },
          { title: say('catalogue.purpose'), width: 100, render: (_, each) => named(sayCode, 'purpose', each.purpose) },
          { title: say('catalogue.value'), align: 'right', width: 120, render: (_, each) => yuan(each.valueFen) },
          { title: say('catalogue.lever'), align: 'right', width: 100, render: (_, each) => String(each.lever ?? 1) },
          {
            title: '',
            key: 'edit',
            width: 190,
            render: (_: unknown, each: Action) => (
              <span className="row">
                {me.hasAny(['operator']) ? (
                  <Button size="small" onClick={() => setEdited(each)}>
                    {say('catalogue.edit')}
                  </Button>
                ) : null}
                <EditText part="actions" id={each.actionId} />
              </span>
            ),
          },
        ]}
      />
      {edited ? <ProposeAction action={edited} catalog={names.catalog!} etag={etag} close={() => setEdited(null)} /> : null}
    </div>
  )
}

function Details({ action, names }: { action: Action; names: Names }) {
  const { say } = useText()
  const rules = (title: string, some: Rule[]) =>
    some.length === 0 ? null : (
      <section key={title}>
        <h3 className="part-title">{title}</h3>
        {some.map((rule) => (
          <div key={rule.ruleId} className="rule">
            <span className="mono quiet">{rule.ruleId}</span>
            <code>{rule.expression}</code>
          </div>
        ))}
      </section>
    )
  return (
    <div className="columns">
      <div className="stack w6">
        {action.eligibility.length + action.applicability.length + action.suitability.length === 0 ? (
          <span className="quiet">{say('catalogue.noRules')}</span>
        ) : null}
        {rules(say('catalogue.eligibility'), action.eligibility)}
        {rules(say('catalogue.applicability'), action.applicability)}
        {rules(say('catalogue.suitability'), action.suitability)}
      </div>
      <section className="w6">
        <h3 className="part-title">{say('catalogue.treatments')}</h3>
        <ul className="list">
          {action.treatments.map((each) => (
            <li key={each.treatmentId}>
              <span>
                <b>{each.content?.title}</b>
                <div>{each.content?.body}</div>
              </span>
              <span className="row">
                {each.placementIds.map((id) => (
                  <Tag key={id}>{names.placement(id)}</Tag>
                ))}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
