import { Segmented, Table } from 'antd'
import type { Names } from '../../api/catalog'
import { BehaviorService, type RetentionCohort } from '../../api/generated/zhice/v1/behavior_service_pb'
import { useCall } from '../../api/hooks'
import { count, percent } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Basis, EventSelect, SaveAudience } from './parts'
import { useEvents, type Scope } from './scope'

const periods = { 1: 6, 7: 4 } as const

/** Who comes back: by the day or the week of the first event. */
export function Retention({ scope, names }: { scope: Scope; names: Names }) {
  const { say } = useText()
  const [first, setFirst] = useEvents('first', ['app_open'], names)
  const [again, setAgain] = useEvents('again', ['app_open'], names)
  const [text, setText] = useFilter('period', '1')
  const periodDays = text === '7' ? 7 : 1
  const query = {
    first: { eventTypeId: first[0] ?? '' },
    again: { eventTypeId: again[0] ?? '' },
    periodDays,
    periods: periods[periodDays],
  }
  const answer = useCall(BehaviorService.method.getRetention, { scope, query }, { enabled: first.length > 0 && again.length > 0 })
  return (
    <div className="stack">
      <div className="row">
        <EventSelect value={first} onChange={setFirst} names={names} label={say('behaviour.first')} most={1} />
        <span>{say('behaviour.then')}</span>
        <EventSelect value={again} onChange={setAgain} names={names} label={say('behaviour.again')} most={1} />
        <Segmented
          value={text}
          onChange={setText}
          options={[
            { value: '1', label: say('behaviour.byDay') },
            { value: '7', label: say('behaviour.byWeek') },
          ]}
        />
      </div>
      <Answered of={answer}>
        {(data) => (
          <>
            <Basis basis={data.basis} />
            <Table<RetentionCohort>
              size="small"
              rowKey="fromDate"
              pagination={false}
              dataSource={data.cohorts}
              scroll={{ x: 760 }}
              columns={[
                { title: say('behaviour.cohort'), width: 120, dataIndex: 'fromDate' },
                { title: say('model.customers'), align: 'right', width: 100, render: (_, row) => count(row.customers) },
                ...Array.from({ length: periods[periodDays] }, (_, i) => ({
                  title: `+${i + 1}`,
                  key: String(i),
                  align: 'right' as const,
                  onCell: (row: RetentionCohort) => ({ className: heat(row, i) }),
                  render: (_: unknown, row: RetentionCohort) =>
                    row.returned[i] === undefined ? '' : percent(row.returned[i], row.customers, 0),
                })),
                {
                  title: '',
                  key: 'save',
                  width: 190,
                  render: (_, row) =>
                    row.returned.length > 0 ? (
                      <SaveAudience
                        part={{
                          scope,
                          part: {
                            case: 'retention',
                            value: { query, cohortDate: row.fromDate, period: 1, gone: true },
                          },
                        }}
                        text={say('behaviour.saveGone')}
                      />
                    ) : null,
                },
              ]}
            />
          </>
        )}
      </Answered>
    </div>
  )
}

function heat(row: RetentionCohort, i: number): string {
  const back = row.returned[i]
  return back === undefined || row.customers === 0n ? '' : `heat-${Math.min(4, Math.floor((5 * Number(back)) / Number(row.customers)))}`
}
