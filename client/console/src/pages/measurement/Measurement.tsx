import { Alert, Card, Select, Segmented, Table, Tabs } from 'antd'
import { useCatalog, type Names } from '../../api/catalog'
import { MeasurementService, ReportDimension, type ReportLine } from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count, percent } from '../../app/format'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { AsOf, Figure } from '../../components/figures'
import { Page } from '../../components/Page'
import { Answered, Nothing } from '../../components/states'
import { Views } from '../../components/Views'
import { useText } from '../../i18n/useText'
import { ActionHealthTable } from './ActionHealthTable'
import { Contrasts } from './Contrasts'
import { Outcomes } from './Outcomes'
import { Pressure } from './Pressure'
import { Tiers } from './Tiers'

const dimensions = ['DAY', 'CHANNEL', 'ACTION', 'CAMPAIGN', 'PLACEMENT', 'TREATMENT', 'JOURNEY', 'STAGE', 'ARM', 'TIER'] as const
type Dimension = (typeof dimensions)[number]
const most = 4

const lengths = ['1', '7', '30', '90']

/** What contacts and decisions brought, and whether it is to be believed. */
export default function Measurement() {
  const { say } = useText()
  const { names } = useCatalog()
  const [days, setDays] = useFilter('days', '7', lengths)
  const [tab, setTab] = useFilter('tab', 'report', ['report', 'health', 'pressure', 'attribution', 'contrasts', 'tiers'])
  const span = Number(days)
  return (
    <Page title={say('nav.measurement')} roles={pageRoles.measurement} actions={<Views />}>
      <Card>
        <div className="stack">
          <Segmented
            aria-label={say('measurement.days')}
            value={days}
            onChange={setDays}
            options={lengths.map((each) => ({ value: each, label: say('measurement.last', { days: each }) }))}
          />
          <Tabs
            activeKey={tab}
            onChange={setTab}
            destroyOnHidden
            items={[
              { key: 'report', label: say('measurement.funnel'), children: <Report days={span} names={names} /> },
              { key: 'health', label: say('health.actions'), children: <ActionHealthTable days={span} names={names} /> },
              { key: 'pressure', label: say('pressure.title'), children: <Pressure days={span} names={names} /> },
              { key: 'attribution', label: say('attribution.title'), children: <Outcomes days={span} names={names} /> },
              { key: 'contrasts', label: say('contrasts.title'), children: <Contrasts days={span} names={names} /> },
              { key: 'tiers', label: say('tiers.title'), children: <Tiers days={span} names={names} /> },
            ]}
          />
        </div>
      </Card>
    </Page>
  )
}

// What contacts and decisions brought, divided as one likes.
function Report({ days, names }: { days: number; names: Names }) {
  const { say, sayCode } = useText()
  const [text, setText] = useFilter('by', 'CHANNEL')
  const by = text.split(',').filter((each): each is Dimension => dimensions.includes(each as Dimension))
  const request = { fromDate: bankDay(days - 1), toDate: bankDay(), by: by.map((each) => ReportDimension[each]) }
  const report = useCall(MeasurementService.method.getReport, request, { every: 30_000 })
  return (
    <div className="stack">
      <div className="row">
        <Select
          mode="multiple"
          maxCount={most}
          style={{ minWidth: 280 }}
          aria-label={say('measurement.by')}
          placeholder={say('measurement.by')}
          value={by}
          onChange={(chosen: Dimension[]) => setText(chosen.join(',') || 'NONE')}
          options={dimensions.map((each) => ({ value: each, label: sayCode('dimension', each) }))}
        />
        <AsOf time={report.data?.asOfTime} />
      </div>
      <Answered of={report} rows={8}>
        {({ lines, isCut }) => (
          <>
            {isCut ? <Alert type="warning" showIcon title={say('measurement.cut')} /> : null}
            <Totals lines={lines} />
            <Lines lines={lines} by={by} names={names} />
          </>
        )}
      </Answered>
    </div>
  )
}

function Totals({ lines }: { lines: ReportLine[] }) {
  const { say } = useText()
  const sum = (pick: (line: ReportLine) => bigint) => lines.reduce((all, line) => all + pick(line), 0n)
  const [contacted, handedOver, delivered, seen, accepted] = [
    sum((l) => l.contacted),
    sum((l) => l.handedOver),
    sum((l) => l.delivered),
    sum((l) => l.seen),
    sum((l) => l.accepted),
  ]
  return (
    <div className="figures">
      <Figure name={say('report.contacted')} value={count(contacted)} />
      <Figure name={say('report.handedOver')} value={count(handedOver)} note={percent(handedOver, contacted)} />
      <Figure name={say('report.delivered')} value={count(delivered)} note={percent(delivered, handedOver)} />
      <Figure name={say('report.seen')} value={count(seen)} />
      <Figure name={say('report.accepted')} value={count(accepted)} note={percent(accepted, seen)} />
    </div>
  )
}

function Lines({ lines, by, names }: { lines: ReportLine[]; by: Dimension[]; names: Names }) {
  const { say, sayCode } = useText()
  const name = (dimension: Dimension, key: string) => {
    if (key === '') return <span className="quiet">–</span>
    switch (dimension) {
      case 'CHANNEL':
        return names.channel(key)
      case 'ACTION':
        return names.action(key)
      case 'PLACEMENT':
        return names.placement(key)
      case 'JOURNEY':
        return names.journey(key)
      default:
        return key
    }
  }
  const number = (title: string, pick: (line: ReportLine) => bigint) => ({
    title,
    key: title,
    align: 'right' as const,
    sorter: (a: ReportLine, b: ReportLine) => Number(pick(a) - pick(b)),
    render: (_: unknown, line: ReportLine) => count(pick(line)),
  })
  const voids = (line: ReportLine) => line.voids.reduce((sum, each) => sum + each.count, 0n)
  // A line of sampled decisions alone has none of these figures.
  const figures: ((line: ReportLine) => bigint)[] = [
    (l) => l.contacted,
    (l) => l.handedOver,
    (l) => l.waiting,
    voids,
    (l) => l.delivered,
    (l) => l.seen,
    (l) => l.clicked,
    (l) => l.accepted,
    (l) => l.refused,
    (l) => l.heldOut,
  ]
  return (
    <Table<ReportLine>
      size="small"
      rowKey={(line) => line.keys.join('\u0000')}
      dataSource={lines.filter((line) => figures.some((pick) => pick(line) > 0n))}
      pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
      scroll={{ x: 1120 }}
      locale={{ emptyText: <Nothing text={say('measurement.none')} /> }}
      columns={[
        ...by.map((dimension, i) => ({
          title: sayCode('dimension', dimension),
          key: dimension,
          render: (_: unknown, line: ReportLine) => name(dimension, line.keys[i] ?? ''),
        })),
        number(say('report.contacted'), (line) => line.contacted),
        number(say('report.handedOver'), (line) => line.handedOver),
        number(say('report.waiting'), (line) => line.waiting),
        number(say('measurement.voids'), voids),
        number(say('report.delivered'), (line) => line.delivered),
        number(say('report.seen'), (line) => line.seen),
        number(say('report.clicked'), (line) => line.clicked),
        number(say('report.accepted'), (line) => line.accepted),
        {
          title: say('measurement.conversion'),
          key: 'rate',
          align: 'right',
          render: (_, line) => percent(line.accepted, line.seen),
        },
        number(say('measurement.refused'), (line) => line.refused),
        number(say('report.heldOut'), (line) => line.heldOut),
      ]}
    />
  )
}
