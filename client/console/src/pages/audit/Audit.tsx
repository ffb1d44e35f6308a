import { Button, Card, Input, Table } from 'antd'
import { useState } from 'react'
import { AuditService, AuditStage, type AuditEntry } from '../../api/generated/zhice/v1/audit_service_pb'
import { useCall } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Differences } from '../../components/Differences'
import { Page } from '../../components/Page'
import { Answered, Nothing } from '../../components/states'
import { Views } from '../../components/Views'
import { useText } from '../../i18n/useText'

/** Who did what to whom, with the values that changed. To read it is recorded, too. */
export default function Audit() {
  const { say } = useText()
  const [actor, setActor] = useFilter('actor')
  const [targetId, setTarget] = useFilter('target')
  const [pages, setPages] = useState<string[]>([''])
  const pageToken = pages[pages.length - 1]!
  const entries = useCall(AuditService.method.listAuditEntries, { actor, targetId, pageSize: 50, pageToken })
  const search = (set: (value: string) => void) => (value: string) => {
    setPages([''])
    set(value.trim())
  }
  return (
    <Page title={say('nav.audit')} roles={pageRoles.audit} actions={<Views />}>
      <Card>
        <div className="stack">
          <div className="row">
            <Input.Search
              allowClear
              style={{ width: 220 }}
              placeholder={say('audit.actor')}
              aria-label={say('audit.actor')}
              defaultValue={actor}
              onSearch={search(setActor)}
            />
            <Input.Search
              allowClear
              style={{ width: 260 }}
              placeholder={say('audit.target')}
              aria-label={say('audit.target')}
              defaultValue={targetId}
              onSearch={search(setTarget)}
            />
          </div>
          <Answered of={entries} rows={8}>
            {(list) => <Entries entries={list.entries} />}
          </Answered>
          <div className="row">
            <Button disabled={pages.length === 1} onClick={() => setPages(pages.slice(0, -1))}>
              {say('action.previous')}
            </Button>
            <Button disabled={!entries.data?.nextPageToken} onClick={() => setPages([...pages, entries.data!.nextPageToken])}>
              {say('action.next')}
            </Button>
          </div>
        </div>
      </Card>
    </Page>
  )
}

function Entries({ entries }: { entries: AuditEntry[] }) {
  const { say, sayCode } = useText()
  return (
    <Table<AuditEntry>
      size="small"
      rowKey={(row) => String(row.sequence)}
      dataSource={entries}
      pagination={false}
      scroll={{ x: 1160 }}
      locale={{ emptyText: <Nothing text={say('audit.none')} /> }}
      expandable={{
        rowExpandable: (row) => row.changes.length > 0,
        expandedRowRender: (row) => (
          <Differences of={row.changes} hasHead={false} />
        ),
      }}
      columns={[
        { title: say('audit.number'), width: 80, align: 'right', render: (_, row) => String(row.sequence) },
        { title: say('stop.time'), width: 170, render: (_, row) => dateTime(row.time) },
        {
          title: say('audit.actor'),
          render: (_, row) => (
            <>
              {row.actor}
              <div className="quiet">{row.address}</div>
            </>
          ),
        },
        { title: say('audit.stage'), width: 90, render: (_, row) => sayCode('auditStage', AuditStage[row.stage]!) },
        { title: say('audit.method'), render: (_, row) => <code>{row.method.replace('zhice.v1.', '')}</code> },
        {
          title: say('audit.target'),
          render: (_, row) =>
            row.targetId ? (
              <>
                {row.targetId}
                <div className="quiet">{row.targetKind}</div>
              </>
            ) : (
              '–'
            ),
        },
        {
          title: say('audit.outcome'),
          render: (_, row) => (
            <>
              {row.outcome || '–'}
              {row.changes.length > 0 ? (
                <div className="quiet">{say('audit.changes', { count: row.changes.length + row.omittedChanges })}</div>
              ) : null}
            </>
          ),
        },
      ]}
    />
  )
}
