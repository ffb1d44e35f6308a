import { Progress, Segmented } from 'antd'
import type { Names } from '../../api/catalog'
import { named } from '../../api/enums'
import type { CampaignRun } from '../../api/generated/zhice/v1/campaign_service_pb'
import { count, dateTime, decimals, duration, percent, yuan } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { Bars, Figure } from '../../components/figures'
import { Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** The runs of a campaign, the newest first, one at a time. */
export function RunFigures({ runs, names }: { runs: CampaignRun[]; names: Names }) {
  const { say } = useText()
  const [chosen, choose] = useFilter('run', String(runs[0]?.run ?? ''))
  const run = runs.find((each) => String(each.run) === chosen) ?? runs[0]
  if (!run) return <Nothing text={say('campaign.noRuns')} />
  return (
    <div className="stack">
      {runs.length > 1 ? (
        <Segmented
          value={String(run.run)}
          onChange={choose}
          options={runs.map((each) => ({ value: String(each.run), label: say('campaign.run', { run: String(each.run) }) }))}
        />
      ) : null}
      <Run run={run} names={names} />
    </div>
  )
}

/** The figures of one run, or of a rehearsal. */
export function Run({ run, names }: { run: CampaignRun; names: Names }) {
  const { say, sayCode } = useText()
  const blocked = run.blocked.reduce((sum, each) => sum + each.customers, 0n)
  const isGoing = !run.finishTime && run.expected > 0n
  return (
    <div className="stack">
      <div className="row quiet">
        <span>
          {dateTime(run.startTime)}
          {run.finishTime ? ` – ${dateTime(run.finishTime)}` : ''}
        </span>
        {run.waitingFor ? <span>{say('campaign.waitsFor', { what: sayCode('note', run.waitingFor) })}</span> : null}
        {isGoing && run.rate > 0 ? <span>{say('campaign.rate', { rate: decimals(run.rate, 0) })}</span> : null}
        {isGoing && run.timeLeft ? <span>{say('campaign.timeLeft', { span: duration(run.timeLeft) })}</span> : null}
      </div>
      {run.expected > 0n ? (
        <Progress
          percent={Math.min(100, Math.round((1000 * Number(run.matched)) / Number(run.expected)) / 10)}
          status={run.finishTime ? 'normal' : 'active'}
          aria-label={say('campaign.matched')}
        />
      ) : null}
      <div className="figures">
        <Figure name={say('campaign.expected')} value={count(run.expected)} />
        <Figure name={say('campaign.matched')} value={count(run.matched)} />
        <Figure name={say('campaign.contacted')} value={count(run.contacted)} note={percent(run.contacted, run.matched)} />
        <Figure name={say('campaign.heldOut')} value={count(run.holdout)} note={percent(run.holdout, run.matched)} />
        <Figure name={say('campaign.blocked')} value={count(blocked)} note={percent(blocked, run.matched)} />
        {run.spentFen > 0n ? <Figure name={say('campaign.spent')} value={yuan(run.spentFen)} /> : null}
        {run.failed > 0n ? <Figure name={say('campaign.failed')} value={count(run.failed)} /> : null}
      </div>
      <div className="columns">
        <section className="w6">
          <h2 className="part-title">{say('campaign.blockedBy')}</h2>
          {run.blocked.length === 0 ? (
            <span className="quiet">–</span>
          ) : (
            <Bars
              of={run.matched}
              tone={2}
              bars={run.blocked.map((each) => ({
                key: `${each.reason?.code}${each.reason?.ruleId}`,
                name: (
                  <>
                    {named(sayCode, 'reason', each.reason?.code ?? 0)}
                    {each.reason?.ruleId ? <span className="quiet"> {each.reason.ruleId}</span> : null}
                  </>
                ),
                value: each.customers,
              }))}
            />
          )}
        </section>
        <section className="w6">
          <h2 className="part-title">{say('campaign.byPlacement')}</h2>
          {run.byPlacement.length === 0 ? (
            <span className="quiet">–</span>
          ) : (
            <Bars
              of={run.contacted}
              bars={run.byPlacement.map((each) => ({
                key: each.placementId + each.armId,
                name: (
                  <>
                    {names.placement(each.placementId)}
                    {each.armId ? <span className="quiet"> {each.armId}</span> : null}
                  </>
                ),
                value: each.customers,
              }))}
            />
          )}
        </section>
      </div>
    </div>
  )
}
