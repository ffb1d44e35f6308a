import { Button, Progress, Table } from 'antd'
import { useEffect, useState } from 'react'
import { useCatalog } from '../../api/catalog'
import type { Catalog } from '../../api/generated/zhice/v1/catalog_pb'
import { SimulationService, type PlacementOutcome } from '../../api/generated/zhice/v1/simulation_service_pb'
import { useStream } from '../../api/hooks'
import { count, percent } from '../../app/format'
import { Failed } from '../../components/states'
import { useText } from '../../i18n/useText'

// One customer of ten: seconds on a million.
const sample = 0.1

/** Decides for a sample of the customers by a draft and by the catalogue in force, and says for how many it differs. */
export function SimulateDraft({ draft }: { draft: Catalog }) {
  const { say } = useText()
  const [isOn, setOn] = useState(false)
  useEffect(() => setOn(false), [draft])
  return isOn ? (
    <Run draft={draft} />
  ) : (
    <div>
      <Button onClick={() => setOn(true)}>{say('text.simulate')}</Button>
    </div>
  )
}

function Run({ draft }: { draft: Catalog }) {
  const { say } = useText()
  const { names } = useCatalog()
  const { latest, error } = useStream(SimulationService.method.simulate, { draft, sample })
  if (error) return <Failed error={error} />
  const progress = latest?.news.case === 'progress' ? latest.news.value : undefined
  const result = latest?.news.case === 'result' ? latest.news.value : undefined
  if (!result) {
    return (
      <Progress percent={progress && progress.total > 0n ? Math.round((100 * Number(progress.customers)) / Number(progress.total)) : 0} />
    )
  }
  return (
    <Table<PlacementOutcome>
      size="small"
      rowKey="placementId"
      pagination={false}
      dataSource={result.placements}
      scroll={{ x: 520 }}
      title={() => <span>{say('text.simulated', { count: count(result.customers) })}</span>}
      columns={[
        { title: say('catalogue.placements'), render: (_, row) => names.placement(row.placementId) },
        {
          title: say('text.changed'),
          align: 'right',
          render: (_, row) => (
            <>
              {count(row.changed)} <span className="quiet">{percent(row.changed, result.matched)}</span>
            </>
          ),
        },
        {
          title: say('text.empty'),
          align: 'right',
          render: (_, row) => `${count(row.empty?.now ?? 0n)} → ${count(row.empty?.draft ?? 0n)}`,
        },
      ]}
    />
  )
}
