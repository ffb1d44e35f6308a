import { Card, Table } from 'antd'
import { Link } from 'react-router'
import type { Names } from '../../api/catalog'
import type { Journey } from '../../api/generated/zhice/v1/journey_pb'
import type { JourneyStageReport, JourneyVersionReport } from '../../api/generated/zhice/v1/journey_service_pb'
import { count, duration, percent } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useText } from '../../i18n/useText'
import { triggerText } from './trigger'

interface Row {
  stage: JourneyStageReport
  movedOn: bigint
}

/** Where customers stay, for what they wait there, and how many never went on. */
export function Stuck({ journey, report, names }: { journey: Journey; report: JourneyVersionReport | undefined; names: Names }) {
  const { say } = useText()
  const me = useMe()
  const rows: Row[] = (report?.stages ?? [])
    .filter((stage) => stage.inNow > 0n)
    .map((stage) => ({ stage, movedOn: stage.transitions.reduce((sum, each) => sum + each.customers, 0n) }))
    .sort((a, b) => Number(b.stage.inNow - a.stage.inNow))
    .slice(0, 6)
  if (rows.length === 0) return null
  const definition = (id: string) => journey.stages.find((each) => each.stageId === id)
  const events = [
    ...new Set([
      ...(journey.entry?.eventTypeIds ?? []).slice(0, 1),
      ...journey.stages.flatMap((stage) =>
        stage.transitions.flatMap(({ trigger, toStageId }) => (trigger.case === 'eventTypeId' && toStageId ? [trigger.value] : [])),
      ),
    ]),
  ].slice(0, 8)
  return (
    <Card
      title={say('journey.stuckTitle')}
      extra={
        me.hasAny(['analyst', 'operator', 'approver']) && events.length > 1 ? (
          <Link to={`/behaviour?tab=funnel&steps=${events.join(',')}`}>{say('journey.dropOut')}</Link>
        ) : null
      }
    >
      <Table<Row>
        size="small"
        rowKey={(row) => row.stage.stageId}
        pagination={false}
        dataSource={rows}
        scroll={{ x: 700 }}
        columns={[
          { title: say('journey.stage'), render: (_, { stage }) => definition(stage.stageId)?.displayName || stage.stageId },
          {
            title: say('journey.now'),
            align: 'right',
            render: (_, { stage }) => (
              <>
                {count(stage.inNow)} <span className="quiet">{percent(stage.inNow, stage.arrived, 0)}</span>
              </>
            ),
          },
          { title: say('journey.movedOn'), align: 'right', render: (_, row) => count(row.movedOn) },
          { title: say('journey.stay'), align: 'right', render: (_, { stage }) => duration(stage.medianStay) },
          {
            title: say('journey.waitsFor'),
            render: (_, { stage }) =>
              (definition(stage.stageId)?.transitions ?? [])
                .map((each) => triggerText(each, names, say))
                .filter((text) => text !== '')
                .join('、') || '–',
          },
          {
            title: '',
            key: 'audience',
            render: (_, { stage }) =>
              me.hasAny(['analyst', 'operator', 'approver']) ? (
                <Link to={`/audiences/new?expression=${encodeURIComponent(`journey("${journey.journeyId}").stage == "${stage.stageId}"`)}`}>
                  {say('journey.audience')}
                </Link>
              ) : null,
          },
        ]}
      />
    </Card>
  )
}
