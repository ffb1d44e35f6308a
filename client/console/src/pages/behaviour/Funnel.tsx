import { Select, Table } from 'antd'
import type { Names } from '../../api/catalog'
import { BehaviorService, type FunnelStep } from '../../api/generated/zhice/v1/behavior_service_pb'
import { useCall } from '../../api/hooks'
import { count, duration, percent } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { Meter } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Basis, EventSelect, eventName, SaveAudience } from './parts'
import { days, useEvents, type Scope } from './scope'

const windows = ['1', '3', '7']

/** How many customers go from step to step; those who stopped at one can be made an audience. */
export function Funnel({ scope, names }: { scope: Scope; names: Names }) {
  const { say, sayCode } = useText()
  const [steps, setSteps] = useEvents('steps', ['app_open', 'page_view', 'wealth_page_view', 'wealth_purchase'], names)
  const [within, setWithin] = useFilter('within', '7', windows)
  const query = { steps: steps.map((eventTypeId) => ({ eventTypeId })), window: days(Number(within)) }
  const answer = useCall(BehaviorService.method.getFunnel, { scope, query }, { enabled: steps.length >= 2 })
  return (
    <div className="stack">
      <div className="row">
        <EventSelect value={steps} onChange={setSteps} names={names} label={say('behaviour.steps')} most={10} />
        <Select
          value={within}
          onChange={setWithin}
          aria-label={say('behaviour.within')}
          style={{ width: 150 }}
          options={windows.map((each) => ({ value: each, label: say('behaviour.withinDays', { days: each }) }))}
        />
      </div>
      {steps.length < 2 ? (
        <span className="quiet">{say('behaviour.twoSteps')}</span>
      ) : (
        <Answered of={answer}>
          {(data) => (
            <>
              <Basis basis={data.basis} />
              {(data.basis?.events ?? 0n) === 0n ? null : (
                <Table<FunnelStep>
                  size="small"
                  rowKey={(row) => String(data.steps.indexOf(row))}
                  pagination={false}
                  dataSource={data.steps}
                  scroll={{ x: 760 }}
                  columns={[
                    {
                      title: say('behaviour.step'),
                      render: (_, row, i) => `${i + 1}. ${eventName(row.step?.eventTypeId ?? '', names, sayCode)}`,
                    },
                    { title: say('model.customers'), align: 'right', width: 110, render: (_, row) => count(row.customers) },
                    {
                      title: say('behaviour.ofFirst'),
                      width: 200,
                      render: (_, row) => (
                        <>
                          <Meter
                            plain
                            used={Number(row.customers)}
                            limit={Math.max(1, Number(data.steps[0]!.customers))}
                            label={say('behaviour.ofFirst')}
                          />
                          <span className="quiet">{percent(row.customers, data.steps[0]!.customers)}</span>
                        </>
                      ),
                    },
                    {
                      title: say('behaviour.ofBefore'),
                      align: 'right',
                      width: 110,
                      render: (_, row, i) => (i === 0 ? '–' : percent(row.customers, data.steps[i - 1]!.customers)),
                    },
                    {
                      title: say('behaviour.median'),
                      align: 'right',
                      width: 140,
                      render: (_, row, i) => (i === 0 ? '–' : duration(row.medianTime)),
                    },
                    {
                      title: '',
                      key: 'save',
                      width: 220,
                      render: (_, row, i) =>
                        i < data.steps.length - 1 && row.customers > data.steps[i + 1]!.customers ? (
                          <SaveAudience
                            part={{ scope, part: { case: 'funnel', value: { query, step: i + 1, last: true } } }}
                            text={say('behaviour.saveStopped')}
                          />
                        ) : row.customers > 0n ? (
                          <SaveAudience
                            part={{ scope, part: { case: 'funnel', value: { query, step: i + 1 } } }}
                            text={say('behaviour.saveReached')}
                          />
                        ) : null,
                    },
                  ]}
                />
              )}
            </>
          )}
        </Answered>
      )}
    </div>
  )
}
