import { toJson } from '@bufbuild/protobuf'
import { Alert, Button, Table, Tag } from 'antd'
import { useNavigate } from 'react-router'
import { CampaignSchema } from '../../api/generated/zhice/v1/campaign_service_pb'
import {
  MeasurementService,
  PlanVerdict,
  type GetNextPlanResponse,
  type PlannedArm,
  type PlannedTier,
} from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { count, percent, share } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { AsOf, Figure } from '../../components/figures'
import { Interval } from '../../components/Interval'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'

const kinds = {
  [PlanVerdict.UNSPECIFIED]: 'info',
  [PlanVerdict.NOT_MEASURED]: 'warning',
  [PlanVerdict.NOT_CLEAR]: 'info',
  [PlanVerdict.GAIN]: 'success',
  [PlanVerdict.TOO_SMALL]: 'warning',
  [PlanVerdict.LOSS]: 'error',
} as const

/** The next campaign, from what this one brought; it is opened as a draft, which is saved and approved like any other. */
export function NextPlan({ campaignId, outcomeId }: { campaignId: string; outcomeId: string }) {
  const plan = useCall(MeasurementService.method.getNextPlan, { campaignId, outcomeId })
  return <Answered of={plan}>{(data) => <Shown plan={data} />}</Answered>
}

function Shown({ plan }: { plan: GetNextPlanResponse }) {
  const { say, sayCode } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const open = () => void navigate('/campaigns/new', { state: { draft: toJson(CampaignSchema, plan.draft!) } })
  return (
    <div className="stack">
      <Alert
        showIcon
        type={kinds[plan.verdict]}
        title={sayCode('verdict', PlanVerdict[plan.verdict]!)}
        description={plan.refusal || undefined}
        action={
          plan.draft && me.hasAny(['operator']) ? (
            <Button type="primary" onClick={open}>
              {say('plan.open')}
            </Button>
          ) : undefined
        }
      />
      {plan.draft ? (
        <div className="figures">
          <Figure name={say('plan.audience')} value={<code>{plan.draft.audience || plan.draft.audienceId}</code>} />
          <Figure
            name={say('campaign.holdout')}
            value={share(plan.nextHoldout, 1)}
            note={say('plan.before', { value: share(plan.holdout, 1) })}
          />
          {plan.winnerArmId ? <Figure name={say('plan.winner')} value={plan.winnerArmId} note={say('plan.winnerNote')} /> : null}
        </div>
      ) : null}
      {plan.tiers.length > 0 ? (
        <Table<PlannedTier>
          size="small"
          rowKey="tier"
          pagination={false}
          dataSource={plan.tiers}
          scroll={{ x: 620 }}
          columns={[
            { title: say('dimension.TIER'), dataIndex: 'tier' },
            {
              title: say('campaign.watched'),
              render: (_, row) =>
                row.lift ? (
                  <div>
                    <Interval low={row.lift.low} value={row.lift.value} high={row.lift.high} />
                    <span className="number">
                      {share(row.lift.value, 2)}{' '}
                      <span className="quiet">
                        [{share(row.lift.low, 2)}, {share(row.lift.high, 2)}]
                      </span>
                    </span>
                  </div>
                ) : (
                  '–'
                ),
            },
            { title: say('plan.verdict'), render: (_, row) => sayCode('verdict', PlanVerdict[row.verdict]!) },
            {
              title: say('plan.kept'),
              render: (_, row) => (
                <Tag variant="filled" color={row.isKept ? 'cyan' : 'orange'}>
                  {say(row.isKept ? 'plan.yes' : 'plan.no')}
                </Tag>
              ),
            },
          ]}
        />
      ) : null}
      {plan.arms.length > 0 ? (
        <Table<PlannedArm>
          size="small"
          rowKey="armId"
          pagination={false}
          dataSource={plan.arms}
          scroll={{ x: 520 }}
          columns={[
            { title: say('dimension.ARM'), dataIndex: 'armId' },
            {
              title: say('campaign.contacted'),
              align: 'right',
              render: (_, row) => (
                <>
                  {count(row.converted)} / {count(row.contacted)} <span className="quiet">{percent(row.converted, row.contacted, 2)}</span>
                </>
              ),
            },
            { title: say('plan.best'), align: 'right', render: (_, row) => share(row.bestProbability, 0) },
            { title: say('plan.weight'), align: 'right', render: (_, row) => share(row.weight / 10_000, 0) },
          ]}
        />
      ) : null}
      <AsOf time={plan.asOfTime} />
    </div>
  )
}
