import { App as AntApp, Button, Table } from 'antd'
import { CatalogService, type CatalogVersion } from '../../api/generated/zhice/v1/catalog_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'

/** The versions that are kept; an earlier one can be proposed again. */
export function Versions({ current, etag }: { current: bigint; etag: string }) {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const me = useMe()
  const note = useErrorNote()
  const versions = useCall(CatalogService.method.listCatalogVersions, { pageSize: 100 })
  const propose = useChange(CatalogService.method.proposeCatalogChange)
  const again = (version: bigint) =>
    propose
      .mutateAsync({
        rollbackTo: version,
        baseEtag: etag,
        comment: `${say('change.rollback')}: ${version}`,
        requestId: crypto.randomUUID(),
      })
      .then(
        ({ change }) => void message.success(say('catalogue.proposed', { id: String(change?.changeId) })),
        (fault: unknown) => note(toApiError(fault)),
      )
  return (
    <Answered of={versions}>
      {(list) => (
        <Table<CatalogVersion>
          size="small"
          rowKey={(row) => String(row.version)}
          dataSource={list.versions}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          scroll={{ x: 720 }}
          columns={[
            { title: say('audience.version'), width: 80, render: (_, row) => String(row.version) },
            { title: say('stop.time'), width: 180, render: (_, row) => dateTime(row.applyTime) },
            { title: say('campaign.author'), dataIndex: 'author' },
            { title: say('campaign.approver'), render: (_, row) => row.approver || '–' },
            { title: say('catalogue.comment'), dataIndex: 'comment' },
            { title: say('catalogue.actions'), align: 'right', dataIndex: 'actionCount' },
            { title: say('catalogue.tags'), align: 'right', dataIndex: 'tagCount' },
            ...(me.hasAny(['operator'])
              ? [
                  {
                    title: '',
                    key: 'again',
                    render: (_: unknown, row: CatalogVersion) =>
                      row.version === current ? null : (
                        <Button size="small" onClick={() => void again(row.version)}>
                          {say('change.rollback')}
                        </Button>
                      ),
                  },
                ]
              : []),
          ]}
        />
      )}
    </Answered>
  )
}
