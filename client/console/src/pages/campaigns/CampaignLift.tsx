import { Alert, Segmented, Select, Table } from 'antd'
import { useCatalog } from '../../api/catalog'
import {
  MeasurementService,
  ReportDimension,
  type LiftEstimate,
  type LiftLine,
  type LiftNeed,
} from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { count, percent, share } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { AsOf } from '../../components/figures'
import { Interval } from '../../components/Interval'
import { Answered, Need, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'
import { LiftCourses } from './LiftCourses'
import { NextPlan } from './NextPlan'

const liftBy = ['NONE', 'ARM', 'TIER', 'CHANNEL']
const courseDays = 90

/** What a campaign brought, against those whom its holdout kept out: the health of the comparison first. */
export function CampaignLift({ campaignId }: { campaignId: string }) {
  const { say } = useText()
  const { catalog } = useCatalog()
  const outcomes = catalog?.outcomes ?? []
  const [outcomeId, setOutcome] = useFilter(
    'outcome',
    outcomes[0]?.outcomeId ?? '',
    outcomes.map((each) => each.outcomeId),
  )
  return (
    <Need roles={['analyst', 'operator', 'approver']}>
      {outcomes.length === 0 ? (
        <Nothing text={say('campaign.noOutcomes')} />
      ) : (
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
          <Lift campaignId={campaignId} outcomeId={outcomeId} />
          <section>
            <h2 className="part-title">{say('plan.title')}</h2>
            <NextPlan campaignId={campaignId} outcomeId={outcomeId} />
          </section>
        </div>
      )}
    </Need>
  )
}

function Lift({ campaignId, outcomeId }: { campaignId: string; outcomeId: string }) {
  const { say, sayCode } = useText()
  const [by, setBy] = useFilter('liftBy', 'NONE', liftBy)
  const lift = useCall(MeasurementService.method.getLift, {
    campaignId,
    outcomeId,
    by: by === 'NONE' ? [] : [ReportDimension[by as 'ARM' | 'TIER' | 'CHANNEL']],
    days: courseDays,
  })
  const interval = (estimate: LiftEstimate | undefined) =>
    estimate ? (
      <div>
        <Interval low={estimate.low} value={estimate.value} high={estimate.high} />
        <span className="number">
          {share(estimate.value, 2)}{' '}
          <span className="quiet">
            [{share(estimate.low, 2)}, {share(estimate.high, 2)}]
          </span>{' '}
          {estimate.isClear ? say('campaign.clear') : <span className="quiet">{say('campaign.notClear')}</span>}
        </span>
      </div>
    ) : (
      '–'
    )
  return (
    <Answered of={lift}>
      {({ sampleRatio, lines, need, winner, asOfTime, courses, courseRefusal }) => (
        <>
          {sampleRatio ? (
            <Alert
              showIcon
              type={sampleRatio.isAlarm ? 'error' : 'success'}
              title={say(sampleRatio.isAlarm ? 'campaign.srmAlarm' : 'campaign.srmOk')}
              description={`${count(sampleRatio.contacted)} : ${count(sampleRatio.heldOut)} · p = ${sampleRatio.pValue.toPrecision(3)}`}
            />
          ) : null}
          {need ? <SampleNeed need={need} /> : null}
          <Segmented
            value={by}
            onChange={setBy}
            options={liftBy.map((each) => ({
              value: each,
              label: each === 'NONE' ? say('campaign.together') : sayCode('dimension', each),
            }))}
          />
          {winner ? (
            <Alert
              type={winner.armId ? 'success' : 'info'}
              showIcon
              title={winner.armId ? say('campaign.winner', { arm: winner.armId }) : winner.refusal}
            />
          ) : null}
          <Table<LiftLine>
            size="small"
            pagination={false}
            rowKey={(line) => line.keys.join()}
            dataSource={lines}
            scroll={{ x: 760 }}
            locale={{ emptyText: <Nothing /> }}
            columns={[
              ...(by === 'NONE'
                ? []
                : [
                    {
                      title: sayCode('dimension', by),
                      key: 'by',
                      render: (_: unknown, line: LiftLine) => line.keys[0] || '–',
                    },
                  ]),
              {
                title: say('campaign.contacted'),
                align: 'right',
                render: (_, line) => (
                  <>
                    {count(line.converted)} / {count(line.contacted)}{' '}
                    <span className="quiet">{percent(line.converted, line.contacted, 2)}</span>
                  </>
                ),
              },
              {
                title: say('campaign.heldOut'),
                align: 'right',
                render: (_, line) => (
                  <>
                    {count(line.heldOutConverted)} / {count(line.heldOut)}{' '}
                    <span className="quiet">{percent(line.heldOutConverted, line.heldOut, 2)}</span>
                  </>
                ),
              },
              { title: say('campaign.absolute'), render: (_, line) => line.refusal || interval(line.absolute) },
              { title: say('campaign.watched'), render: (_, line) => interval(line.watched) },
            ]}
          />
          <LiftCourses courses={courses} refusal={courseRefusal} />
          <AsOf time={asOfTime} />
        </>
      )}
    </Answered>
  )
}

// How long until the sample suffices, or why that is not known.
function SampleNeed({ need }: { need: LiftNeed }) {
  const { say } = useText()
  const values = {
    difference: share(need.smallestDifference, 1),
    heldOut: count(need.heldOut),
    needed: count(need.needed ?? 0n),
    days: count(need.daysLeft ?? 0n),
  }
  const text = need.refusal
    ? `${say('campaign.needUnknown', values)} ${need.refusal}`
    : say(need.daysLeft === 0n ? 'campaign.needMet' : 'campaign.needDays', values)
  return <Alert type={need.daysLeft === 0n ? 'success' : 'info'} showIcon title={text} />
}
