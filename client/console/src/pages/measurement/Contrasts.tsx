import { Alert, Select, Table } from 'antd'
import type { Names } from '../../api/catalog'
import { MeasurementService, type ContrastLine } from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count, percent, share, yuan } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { AsOf } from '../../components/figures'
import { Interval } from '../../components/Interval'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** What the decisions themselves bring, against groups of customers for whom it is decided in other ways. */
export function Contrasts({ days, names }: { days: number; names: Names }) {
  const { say, sayCode } = useText()
  const outcomes = names.catalog?.outcomes ?? []
  const [outcomeId, setOutcome] = useFilter('outcome', outcomes[0]?.outcomeId ?? '')
  const answer = useCall(
    MeasurementService.method.getContrasts,
    { outcomeId, fromDate: bankDay(days - 1), toDate: bankDay() },
    { enabled: outcomeId !== '' },
  )
  if (outcomes.length === 0) return <Nothing text={say('campaign.noOutcomes')} />
  return (
    <div className="stack">
      <label className="row">
        {say('campaign.outcome')}
        <Select
          value={outcomeId}
          onChange={setOutcome}
          style={{ minWidth: 220 }}
          options={outcomes.map((each) => ({ value: each.outcomeId, label: each.displayName || each.outcomeId }))}
        />
      </label>
      <Answered of={answer}>
        {({ contrasts, refusal, asOfTime }) => (
          <>
            {refusal ? (
              <Alert
                type="info"
                showIcon
                title={say('contrasts.noData')}
                description={
                  <>
                    {refusal}
                    {names.catalog?.decisionContrasts ? null : <div>{say('contrasts.undefined')}</div>}
                  </>
                }
              />
            ) : null}
            {contrasts.length > 0 ? (
              <Table<ContrastLine>
                size="small"
                rowKey="contrastId"
                pagination={false}
                dataSource={contrasts}
                scroll={{ x: 720 }}
                columns={[
                  { title: say('contrasts.way'), render: (_, row) => sayCode('contrast', row.contrastId) },
                  { title: say('contrasts.shown'), align: 'right', render: (_, row) => count(row.shown) },
                  {
                    title: say('contrasts.converted'),
                    align: 'right',
                    render: (_, row) => (
                      <>
                        {count(row.converted)} <span className="quiet">{percent(row.converted, row.shown, 2)}</span>
                      </>
                    ),
                  },
                  { title: say('attribution.amount'), align: 'right', render: (_, row) => yuan(row.amountFen) },
                  {
                    title: say('contrasts.difference'),
                    render: (_, row) =>
                      row.watched ? (
                        <div>
                          <Interval low={row.watched.low} value={row.watched.value} high={row.watched.high} />
                          <span className="number">
                            {share(row.watched.value, 2)}{' '}
                            <span className="quiet">
                              [{share(row.watched.low, 2)}, {share(row.watched.high, 2)}]
                            </span>
                          </span>
                        </div>
                      ) : row.difference === undefined ? (
                        '–'
                      ) : (
                        share(row.difference, 2)
                      ),
                  },
                ]}
              />
            ) : null}
            <AsOf time={asOfTime} />
          </>
        )}
      </Answered>
    </div>
  )
}
