import { Segmented, Table } from 'antd'
import type { Names } from '../../api/catalog'
import { MeasurementService, ReportDimension } from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count, percent, yuan } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { AsOf } from '../../components/figures'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

const dimensions = ['CHANNEL', 'CAMPAIGN', 'ACTION', 'JOURNEY'] as const

/** On what outcomes are booked: each on the last contact or answered offer before it, or on the one that its event names. */
export function Outcomes({ days, names }: { days: number; names: Names }) {
  const { say, sayCode } = useText()
  const [by, setBy] = useFilter('booked', 'CHANNEL')
  const dimension = dimensions.find((each) => each === by) ?? 'CHANNEL'
  const report = useCall(
    MeasurementService.method.getReport,
    { fromDate: bankDay(days - 1), toDate: bankDay(), by: [ReportDimension[dimension]] },
    { every: 60_000 },
  )
  const name = (key: string) =>
    key === ''
      ? say('attribution.none')
      : dimension === 'CHANNEL'
        ? names.channel(key)
        : dimension === 'ACTION'
          ? names.action(key)
          : dimension === 'JOURNEY'
            ? names.journey(key)
            : key
  return (
    <div className="stack">
      <div className="row">
        <Segmented
          value={dimension}
          onChange={setBy}
          options={dimensions.map((each) => ({ value: each, label: sayCode('dimension', each) }))}
        />
        <span className="quiet">{say('attribution.note')}</span>
      </div>
      <Answered of={report}>
        {({ lines, asOfTime }) => {
          const rows = lines
            .flatMap((line) => line.outcomes.map((outcome) => ({ key: line.keys[0] ?? '', contacted: line.contacted, outcome })))
            .filter(({ outcome }) => outcome.booked + outcome.converted > 0n)
          const all = rows.reduce((sum, { outcome }) => sum + outcome.bookedFen, 0n)
          const outcomeName = (id: string) => names.catalog?.outcomes.find((each) => each.outcomeId === id)?.displayName || id
          return rows.length === 0 ? (
            <Nothing text={say(names.catalog?.outcomes.length === 0 ? 'campaign.noOutcomes' : 'attribution.empty')} />
          ) : (
            <>
              <Table
                size="small"
                rowKey={(row) => `${row.key}/${row.outcome.outcomeId}`}
                pagination={{ pageSize: 20, hideOnSinglePage: true }}
                dataSource={rows}
                scroll={{ x: 720 }}
                columns={[
                  { title: sayCode('dimension', dimension), render: (_, row) => name(row.key) },
                  { title: say('campaign.outcome'), render: (_, row) => outcomeName(row.outcome.outcomeId) },
                  { title: say('attribution.booked'), align: 'right', render: (_, row) => count(row.outcome.booked) },
                  {
                    title: say('attribution.amount'),
                    align: 'right',
                    defaultSortOrder: 'descend',
                    sorter: (a, b) => Number(a.outcome.bookedFen - b.outcome.bookedFen),
                    render: (_, row) => yuan(row.outcome.bookedFen),
                  },
                  {
                    title: say('attribution.share'),
                    align: 'right',
                    render: (_, row) => percent(row.outcome.bookedFen, all),
                  },
                  {
                    title: say('attribution.followed'),
                    align: 'right',
                    render: (_, row) => (
                      <>
                        {count(row.outcome.converted)} <span className="quiet">{percent(row.outcome.converted, row.contacted)}</span>
                      </>
                    ),
                  },
                ]}
              />
              <AsOf time={asOfTime} />
            </>
          )
        }}
      </Answered>
    </div>
  )
}
