import { Button, Card, Table } from 'antd'
import { AudienceService, type Audience } from '../../api/generated/zhice/v1/audience_service_pb'
import { useCall } from '../../api/hooks'
import { count, dateTime } from '../../app/format'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'

/** The versions of an audience; one that is opened shows what it changed. */
export function History({ audienceId, use }: { audienceId: string; use?: (expression: string) => void }) {
  const { say } = useText()
  const answer = useCall(AudienceService.method.listAudienceVersions, { audienceId })
  return (
    <Card title={say('audience.history')}>
      <Answered of={answer} rows={3}>
        {({ versions }) => (
          <Table<Audience>
            size="small"
            rowKey={(row) => String(row.version)}
            dataSource={versions}
            pagination={{ pageSize: 8, hideOnSinglePage: true }}
            expandable={{
              expandedRowRender: (row) => <Difference after={row} before={versions[versions.indexOf(row) + 1]} use={use} />,
            }}
            columns={[
              { title: say('audience.version'), width: 80, render: (_, row) => String(row.version) },
              { title: say('stop.time'), render: (_, row) => dateTime(row.saveTime) },
              { title: say('campaign.author'), dataIndex: 'author' },
            ]}
          />
        )}
      </Answered>
    </Card>
  )
}

function Difference({
  after,
  before,
  use,
}: {
  after: Audience
  before: Audience | undefined
  use: ((expression: string) => void) | undefined
}) {
  const { say } = useText()
  const text = (of: Audience) => of.expression || say('audience.list', { count: count(of.listed) })
  return (
    <>
      <table className="diff">
        <tbody>
          {before && before.displayName !== after.displayName ? (
            <>
              <tr>
                <td className="before">{before.displayName}</td>
              </tr>
              <tr>
                <td className="after">{after.displayName}</td>
              </tr>
            </>
          ) : null}
          {before && text(before) !== text(after) ? (
            <tr>
              <td className="before">
                <code>{text(before)}</code>
              </td>
            </tr>
          ) : null}
          <tr>
            <td className={before && text(before) !== text(after) ? 'after' : ''}>
              <code>{text(after)}</code>
            </td>
          </tr>
        </tbody>
      </table>
      {use && after.expression ? (
        <Button size="small" onClick={() => use(after.expression)}>
          {say('audience.useAgain')}
        </Button>
      ) : null}
    </>
  )
}
