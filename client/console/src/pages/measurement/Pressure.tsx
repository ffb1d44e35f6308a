import { Card, Table } from 'antd'
import type { Names } from '../../api/catalog'
import { MeasurementService, type CapPressure, type ChannelPressure } from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count, percent } from '../../app/format'
import { AsOf, Bars, Figure } from '../../components/figures'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** How much customers are contacted: how many have used up their caps, and how many have had enough. */
export function Pressure({ days, names }: { days: number; names: Names }) {
  const { say } = useText()
  const answer = useCall(MeasurementService.method.getPressure, { fromDate: bankDay(days - 1), toDate: bankDay() }, { every: 60_000 })
  return (
    <Answered of={answer} rows={8}>
      {(data) => (
        <div className="stack">
          <div className="figures">
            <Figure name={say('overview.customers')} value={count(data.customers)} note={<AsOf time={data.asOfTime} />} />
            <Figure
              name={say('pressure.full')}
              value={count(data.caps.reduce((sum, cap) => sum + atLimit(cap), 0n))}
              note={say('pressure.fullNote')}
            />
            <Figure
              name={say('pressure.capped')}
              value={percent(data.sampledCapped, data.sampledBlocked)}
              note={say('pressure.cappedNote')}
            />
          </div>
          <div className="columns">
            {data.caps.map((cap) => (
              <Card
                key={cap.capId}
                className="w6"
                size="small"
                title={
                  <>
                    {cap.capId} <span className="quiet">{say('pressure.limit', { limit: cap.limit })}</span>
                  </>
                }
              >
                {cap.used.every((each) => each.customers === 0n) ? (
                  <Nothing text={say('pressure.unused')} />
                ) : (
                  <Bars
                    of={data.customers}
                    bars={cap.used.map(({ atLeast, customers }) => ({
                      key: String(atLeast),
                      name: say(atLeast === cap.limit ? 'pressure.used' : 'pressure.atLeast', { count: atLeast }),
                      value: customers,
                    }))}
                  />
                )}
              </Card>
            ))}
          </div>
          <Table<ChannelPressure>
            size="small"
            rowKey="channelId"
            pagination={false}
            dataSource={data.channels}
            scroll={{ x: 640 }}
            locale={{ emptyText: <Nothing text={say('measurement.none')} /> }}
            columns={[
              { title: say('delivery.channel'), render: (_, row) => names.channel(row.channelId) || '–' },
              { title: say('report.contacted'), align: 'right', render: (_, row) => count(row.contacted) },
              { title: say('report.handedOver'), align: 'right', render: (_, row) => count(row.handedOver) },
              {
                title: say('pressure.unsubscribed'),
                align: 'right',
                render: (_, row) => (
                  <>
                    {count(row.unsubscribed)} <span className="quiet">{percent(row.unsubscribed, row.handedOver, 2)}</span>
                  </>
                ),
              },
              {
                title: say('pressure.complained'),
                align: 'right',
                render: (_, row) => (
                  <>
                    {count(row.complained)} <span className="quiet">{percent(row.complained, row.handedOver, 2)}</span>
                  </>
                ),
              },
              { title: say('report.dismissed'), align: 'right', render: (_, row) => count(row.dismissed) },
            ]}
          />
        </div>
      )}
    </Answered>
  )
}

const atLimit = (cap: CapPressure) => cap.used.find((each) => each.atLeast === cap.limit)?.customers ?? 0n
