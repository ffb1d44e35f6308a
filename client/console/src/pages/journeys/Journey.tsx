import { Button, Card, Segmented, Table } from 'antd'
import { lazy, Suspense } from 'react'
import { Link, useParams } from 'react-router'
import { useCatalog } from '../../api/catalog'
import { JourneyService, type JourneyStageReport, type JourneyVersionReport } from '../../api/generated/zhice/v1/journey_service_pb'
import type { Journey as Definition } from '../../api/generated/zhice/v1/journey_pb'
import { useCall } from '../../api/hooks'
import { count, duration, percent } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Figure } from '../../components/figures'
import { Page } from '../../components/Page'
import { Answered, Loading, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'
import { CompareVersions, JourneyText } from './JourneyText'
import { Stuck } from './Stuck'

const JourneyGraph = lazy(() => import('./JourneyGraph'))

/** A journey: its graph with the numbers on it, and where customers wait. */
export default function Journey() {
  const { journeyId = '' } = useParams()
  const { say } = useText()
  const me = useMe()
  const { names } = useCatalog()
  const journeys = useCall(JourneyService.method.listJourneys, {})
  const report = useCall(
    JourneyService.method.getJourneyReport,
    { journeyId },
    { enabled: me.hasAny(['analyst', 'operator', 'approver', 'ops']), every: 15_000 },
  )
  const versions = (journeys.data?.journeys ?? []).filter((each) => each.journeyId === journeyId).sort((a, b) => b.version - a.version)
  const [chosen, choose] = useFilter('version', String(versions[0]?.version ?? ''))
  const [compared, compare] = useFilter('compare')
  const isCompared = compared !== '' && versions.length > 1
  const journey = versions.find((each) => String(each.version) === chosen) ?? versions[0]
  return (
    <Page
      title={journey?.displayName || journeyId}
      roles={pageRoles.journeys}
      beside={<code>{journeyId}</code>}
      actions={
        <>
          {versions.length > 1 ? (
            <Segmented
              value={String(journey?.version)}
              onChange={choose}
              options={versions.map((each) => ({
                value: String(each.version),
                label: say('journey.versionOf', { version: each.version }),
              }))}
            />
          ) : null}
          {versions.length > 1 ? <Button onClick={() => compare(isCompared ? '' : 'yes')}>{say('journey.compare')}</Button> : null}
          {journey ? <JourneyText journey={journey} /> : null}
        </>
      }
    >
      <Answered of={journeys} rows={10}>
        {() =>
          journey ? (
            <>
              <Figures report={merged(report.data?.versions ?? [], journey.version)} overdue={report.data?.overdueTimers} />
              <Card title={say('journey.graph')}>
                <Suspense fallback={<Loading rows={10} />}>
                  <JourneyGraph journey={journey} report={merged(report.data?.versions ?? [], journey.version)} names={names} />
                </Suspense>
              </Card>
              {isCompared ? (
                <Card title={say('journey.compare')}>
                  <CompareVersions left={versions.find((each) => each !== journey)!} right={journey} />
                </Card>
              ) : null}
              <Stuck journey={journey} report={merged(report.data?.versions ?? [], journey.version)} names={names} />
              <Stages journey={journey} report={merged(report.data?.versions ?? [], journey.version)} />
            </>
          ) : (
            <Nothing text={say('state.missingText', { id: journeyId })} />
          )
        }
      </Answered>
    </Page>
  )
}

// The arms of an experiment are reported apart; the graph shows them together where there is one arm only.
function merged(versions: JourneyVersionReport[], version: number): JourneyVersionReport | undefined {
  const some = versions.filter((each) => each.version === version)
  return some.reduce<JourneyVersionReport | undefined>(
    (largest, each) => (!largest || each.entered > largest.entered ? each : largest),
    undefined,
  )
}

function Figures({ report, overdue }: { report: JourneyVersionReport | undefined; overdue: bigint | undefined }) {
  const { say } = useText()
  if (!report) return null
  return (
    <div className="figures">
      <Figure name={say('journey.entered')} value={count(report.entered)} note={report.armId} />
      <Figure name={say('journey.now')} value={count(report.inNow)} note={percent(report.inNow, report.entered)} />
      <Figure name={say('journey.converted')} value={count(report.converted)} note={percent(report.converted, report.entered)} />
      <Figure name={say('journey.timeToGoal')} value={duration(report.medianTimeToGoal)} />
      {overdue !== undefined && overdue > 0n ? (
        <Figure name={say('journey.overdue')} value={count(overdue)} note={say('journey.overdueNote')} />
      ) : null}
    </div>
  )
}

function Stages({ journey, report }: { journey: Definition; report: JourneyVersionReport | undefined }) {
  const { say } = useText()
  const me = useMe()
  const name = (id: string) => journey.stages.find((each) => each.stageId === id)?.displayName || id
  return (
    <Card title={say('journey.table')}>
      <Table<JourneyStageReport>
        size="small"
        rowKey="stageId"
        pagination={false}
        dataSource={report?.stages ?? []}
        scroll={{ x: 640 }}
        locale={{ emptyText: <Nothing text={say('journey.noReport')} /> }}
        columns={[
          { title: say('journey.stage'), render: (_, row) => name(row.stageId) },
          {
            title: say('journey.now'),
            align: 'right',
            sorter: (a, b) => Number(a.inNow - b.inNow),
            render: (_, row) => count(row.inNow),
          },
          { title: say('journey.entered'), align: 'right', render: (_, row) => count(row.arrived) },
          { title: say('journey.stay'), align: 'right', render: (_, row) => duration(row.medianStay) },
          ...(me.hasAny(['analyst', 'operator', 'approver'])
            ? [
                {
                  title: '',
                  key: 'audience',
                  render: (_: unknown, row: JourneyStageReport) =>
                    row.inNow > 0n ? (
                      <Link
                        to={`/audiences/new?expression=${encodeURIComponent(`journey("${journey.journeyId}").stage == "${row.stageId}"`)}`}
                      >
                        {say('journey.audience')}
                      </Link>
                    ) : null,
                },
              ]
            : []),
        ]}
      />
    </Card>
  )
}
