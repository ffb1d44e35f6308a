import { Button, Card, Table } from 'antd'
import { Link } from 'react-router'
import { useCatalog } from '../../api/catalog'
import { AudienceService, type AudienceMember } from '../../api/generated/zhice/v1/audience_service_pb'
import { toApiError } from '../../api/hooks'
import { call } from '../../api/call'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { useState } from 'react'
import { useText } from '../../i18n/useText'
import type { Ref } from './AudienceSize'

const shownTags = 5

/** Some customers of an audience, when somebody asks for them: a look at people is recorded. */
export function Sample({ audience }: { audience: Ref }) {
  const { say } = useText()
  const { names } = useCatalog()
  const me = useMe()
  const note = useErrorNote()
  const [members, setMembers] = useState<AudienceMember[] | null>(null)
  const [isBusy, setBusy] = useState(false)
  if (!me.hasAny(['operator', 'data'])) return null
  const show = async () => {
    setBusy(true)
    try {
      setMembers((await call(AudienceService.method.previewAudience, { audience, limit: 10 })).members)
    } catch (fault) {
      note(toApiError(fault))
    }
    setBusy(false)
  }
  const tags = [...new Set((members ?? []).flatMap((each) => Object.keys(each.tags)))].slice(0, shownTags)
  return (
    <Card
      title={say('audience.sample')}
      extra={
        <Button size="small" loading={isBusy} onClick={() => void show()}>
          {say('audience.showSample')}
        </Button>
      }
    >
      {members ? (
        <Table<AudienceMember>
          size="small"
          rowKey="customerId"
          pagination={false}
          dataSource={members}
          scroll={{ x: 640 }}
          columns={[
            {
              title: say('audience.customer'),
              fixed: 'left',
              render: (_, row) =>
                me.hasAny(['agent']) ? (
                  <Link to={`/customers/${encodeURIComponent(row.customerId)}`}>{row.customerId}</Link>
                ) : (
                  row.customerId
                ),
            },
            ...tags.map((id) => ({
              title: names.tag(id),
              key: id,
              render: (_: unknown, row: AudienceMember) => row.tags[id] ?? '–',
            })),
          ]}
        />
      ) : (
        <span className="quiet">{say('audience.sampleNote')}</span>
      )}
    </Card>
  )
}
