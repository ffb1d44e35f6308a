import { Button, Card, Select, Table, Tag } from 'antd'
import { useState } from 'react'
import type { Names } from '../../api/catalog'
import { call } from '../../api/call'
import { TagType } from '../../api/generated/zhice/v1/catalog_pb'
import { LearningService, type FairnessReport, type FairnessSlice } from '../../api/generated/zhice/v1/learning_service_pb'
import { toApiError } from '../../api/hooks'
import { count, decimals, share } from '../../app/format'
import { useErrorNote } from '../../app/useErrorNote'
import { useText } from '../../i18n/useText'

const kinds = [TagType.BOOL, TagType.ENUM, TagType.INTEGER, TagType.DECIMAL]

/** How the model and the decisions treat groups of customers, by a tag; asked for, as it samples many customers. */
export function Fairness({ actionId, placementIds, names }: { actionId: string; placementIds: string[]; names: Names }) {
  const { say } = useText()
  const note = useErrorNote()
  const tags = (names.catalog?.tags ?? []).filter((tag) => kinds.includes(tag.type) && !tag.live)
  const [chosenTag, setTag] = useState('')
  const [chosenPlacement, setPlacement] = useState('')
  const [tagId, placementId] = [chosenTag || tags[0]?.tagId || '', chosenPlacement || placementIds[0] || '']
  const [report, setReport] = useState<FairnessReport | null>(null)
  const [isBusy, setBusy] = useState(false)
  const show = async () => {
    setBusy(true)
    try {
      setReport((await call(LearningService.method.getFairnessReport, { actionId, tagId, placementId })).report ?? null)
    } catch (fault) {
      note(toApiError(fault))
    }
    setBusy(false)
  }
  const group = (slice: FairnessSlice) =>
    slice.missing ? (
      <span className="quiet">{say('model.missing')}</span>
    ) : (
      slice.value || `${slice.from || '–∞'} – ${slice.to || '∞'}`
    )
  return (
    <Card title={say('model.fairness')}>
      <div className="stack">
        <div className="row">
          <Select
            value={tagId}
            onChange={setTag}
            style={{ width: 220 }}
            aria-label={say('model.fairnessTag')}
            showSearch={{ optionFilterProp: 'label' }}
            options={tags.map((each) => ({ value: each.tagId, label: each.displayName || each.tagId }))}
          />
          <Select
            value={placementId}
            onChange={setPlacement}
            style={{ width: 200 }}
            aria-label={say('why.placement')}
            options={placementIds.map((id) => ({ value: id, label: names.placement(id) }))}
          />
          <Button loading={isBusy} disabled={!tagId || !placementId} onClick={() => void show()}>
            {say('why.show')}
          </Button>
        </div>
        {report ? (
          <Table<FairnessSlice>
            size="small"
            rowKey={(slice) => `${slice.missing}${slice.value}${slice.from}`}
            pagination={false}
            dataSource={report.slices}
            scroll={{ x: 560 }}
            columns={[
              { title: say('model.group'), render: (_, slice) => group(slice) },
              { title: say('model.customers'), align: 'right', render: (_, slice) => count(slice.customers) },
              {
                title: say('model.meanPropensity'),
                align: 'right',
                render: (_, slice) => share(slice.meanPropensity, 2),
              },
              { title: say('model.offered'), align: 'right', render: (_, slice) => share(slice.offeredShare) },
              {
                title: say('model.ratio'),
                align: 'right',
                render: (_, slice) => (
                  <>
                    {slice.offeredRatio === undefined ? '–' : decimals(slice.offeredRatio, 2)}{' '}
                    {slice.uneven ? (
                      <Tag color="orange" variant="filled">
                        {say('model.uneven')}
                      </Tag>
                    ) : null}
                  </>
                ),
              },
            ]}
          />
        ) : null}
      </div>
    </Card>
  )
}
