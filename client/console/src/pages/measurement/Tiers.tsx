import { Table } from 'antd'
import type { Names } from '../../api/catalog'
import { MeasurementService, ReportDimension } from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count } from '../../app/format'
import { AsOf } from '../../components/figures'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

interface Row {
  from: string
  to: Map<string, bigint>
}

/** How many customers moved from tier to tier. */
export function Tiers({ days, names }: { days: number; names: Names }) {
  const { say } = useText()
  const tag = names.catalog?.tierTagId ?? ''
  const report = useCall(
    MeasurementService.method.getReport,
    { fromDate: bankDay(days - 1), toDate: bankDay(), by: [ReportDimension.TIER] },
    { enabled: tag !== '', every: 60_000 },
  )
  if (tag === '') return <Nothing text={say('tiers.noTag')} />
  return (
    <Answered of={report}>
      {({ lines, asOfTime }) => {
        const moves = lines.flatMap((line) =>
          line.tierMoves.map((move) => ({ from: move.fromTier, to: line.keys[0] ?? '', count: move.count })),
        )
        const tiers = [
          ...new Set([
            ...(names.catalog?.tags.find((each) => each.tagId === tag)?.enumValues ?? []),
            ...moves.flatMap(({ from, to }) => [from, to]),
          ]),
        ]
        const rows: Row[] = tiers.map((from) => ({
          from,
          to: new Map(moves.filter((move) => move.from === from).map((move) => [move.to, move.count])),
        }))
        return moves.length === 0 ? (
          <Nothing text={say('tiers.none', { tag: names.tag(tag) })} />
        ) : (
          <div className="stack">
            <span className="row">
              <span className="quiet">{say('tiers.note')}</span>
              <AsOf time={asOfTime} />
            </span>
            <Table<Row>
              size="small"
              rowKey="from"
              pagination={false}
              dataSource={rows}
              scroll={{ x: 560 }}
              columns={[
                { title: `${say('tiers.from')} ↓ ${say('tiers.to')} →`, dataIndex: 'from' },
                ...tiers.map((to) => ({
                  title: to,
                  key: to,
                  align: 'right' as const,
                  render: (_: unknown, row: Row) => (row.from === to ? '' : count(row.to.get(to) ?? 0n)),
                })),
              ]}
            />
          </div>
        )
      }}
    </Answered>
  )
}
