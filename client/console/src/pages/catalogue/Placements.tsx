import { Table } from 'antd'
import type { Names } from '../../api/catalog'
import { CountAt, Exploration, type Placement } from '../../api/generated/zhice/v1/catalog_pb'
import { useFilter } from '../../app/useFilter'
import { useText } from '../../i18n/useText'
import { EditText } from './EditText'

export function Placements({ names }: { names: Names }) {
  const { say, sayCode } = useText()
  const [q] = useFilter('q')
  const shown = names.catalog!.placements.filter((each) => q === '' || `${each.placementId} ${each.displayName}`.includes(q))
  return (
    <div className="stack">
      <div>
        <EditText part="placements" isNew />
      </div>
      <Table<Placement>
        size="small"
        rowKey="placementId"
        dataSource={shown}
        pagination={{ pageSize: 25, hideOnSinglePage: true }}
        scroll={{ x: 640 }}
        columns={[
          {
            title: say('catalogue.placements'),
            render: (_, each) => (
              <>
                {each.displayName || each.placementId} <span className="quiet mono">{each.placementId}</span>
              </>
            ),
          },
          { title: say('catalogue.channel'), render: (_, each) => names.channel(each.channelId) },
          { title: say('catalogue.limit'), align: 'right', render: (_, each) => each.defaultLimit || 3 },
          {
            title: say('catalogue.countAt'),
            render: (_, each) => sayCode('countAt', CountAt[each.countAt || CountAt.IMPRESSION]!),
          },
          {
            title: say('catalogue.exploration'),
            render: (_, each) => (each.exploration === Exploration.THOMPSON ? 'Thompson' : '–'),
          },
          { title: '', key: 'edit', width: 110, render: (_, each) => <EditText part="placements" id={each.placementId} /> },
        ]}
      />
    </div>
  )
}
