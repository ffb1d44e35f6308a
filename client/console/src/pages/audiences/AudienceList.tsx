import { Button, Card, Input, Table } from 'antd'
import { Link, useNavigate } from 'react-router'
import type { Audience } from '../../api/generated/zhice/v1/audience_service_pb'
import { useAudiences } from '../../api/audiences'
import { count, dateTime } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Page } from '../../components/Page'
import { Answered, Nothing } from '../../components/states'
import { Views } from '../../components/Views'
import { useText } from '../../i18n/useText'

export default function AudienceList() {
  const { say } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const audiences = useAudiences()
  return (
    <Page
      title={say('nav.audiences')}
      roles={pageRoles.audiences}
      actions={
        <>
          <Views />
          {me.hasAny(['operator']) ? (
            <Button type="primary" onClick={() => void navigate('/audiences/new')}>
              {say('audiences.new')}
            </Button>
          ) : null}
        </>
      }
    >
      <Answered of={audiences} rows={8}>
        {(all) => <List all={all} />}
      </Answered>
    </Page>
  )
}

function List({ all }: { all: Audience[] }) {
  const { say } = useText()
  const [q, setQ] = useFilter('q')
  const shown = all.filter((each) =>
    `${each.audienceId} ${each.displayName} ${each.expression}`.toLowerCase().includes(q.toLowerCase()),
  )
  return (
    <Card>
      <div className="stack">
        <Input.Search
          allowClear
          style={{ maxWidth: 320 }}
          placeholder={say('audience.name')}
          aria-label={say('audience.name')}
          defaultValue={q}
          onSearch={setQ}
        />
        <Table<Audience>
          size="small"
          rowKey="audienceId"
          dataSource={shown}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          scroll={{ x: 820 }}
          locale={{ emptyText: <Nothing text={say('audiences.none')} /> }}
          columns={[
            {
              title: say('audience.name'),
              width: 220,
              render: (_, row) => (
                <>
                  <Link to={`/audiences/${row.audienceId}`}>{row.displayName || row.audienceId}</Link>
                  <div className="quiet mono">{row.audienceId}</div>
                </>
              ),
            },
            {
              title: say('audience.condition'),
              render: (_, row) =>
                row.expression ? <code>{row.expression}</code> : say('audience.list', { count: count(row.listed) }),
            },
            { title: say('audience.version'), align: 'right', width: 80, render: (_, row) => String(row.version) },
            { title: say('audience.author'), dataIndex: 'author', width: 120 },
            { title: say('audience.time'), width: 170, render: (_, row) => dateTime(row.saveTime) },
          ]}
        />
      </div>
    </Card>
  )
}
