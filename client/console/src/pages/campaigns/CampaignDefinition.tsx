import { Descriptions } from 'antd'
import { Link } from 'react-router'
import { useCatalog } from '../../api/catalog'
import type { Campaign, CampaignStatus } from '../../api/generated/zhice/v1/campaign_service_pb'
import { count, dateTime, duration, share, yuan } from '../../app/format'
import { useText } from '../../i18n/useText'
import { scheduleText } from './schedule'

/** What a campaign is to do. */
export function CampaignDefinition({ campaign, status }: { campaign: Campaign; status?: CampaignStatus }) {
  const { say } = useText()
  const { names } = useCatalog()
  const limit = (value: bigint | number) => (Number(value) === 0 ? say('campaign.noLimit') : count(value))
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        {
          key: 'audience',
          label: say('campaign.audience'),
          children: (
            <div className="stack">
              {campaign.audienceId ? <Link to={`/audiences/${campaign.audienceId}`}>{campaign.audienceId}</Link> : null}
              {campaign.audience ? <code className="expression">{campaign.audience}</code> : null}
            </div>
          ),
        },
        { key: 'action', label: say('campaign.action'), children: names.action(campaign.actionId) },
        {
          key: 'placements',
          label: say('campaign.placements'),
          children: campaign.placementIds.map(names.placement).join(' → '),
        },
        { key: 'holdout', label: say('campaign.holdout'), children: share(campaign.holdout) },
        { key: 'schedule', label: say('campaign.schedule'), children: scheduleText(campaign, say, names.eventType) },
        {
          key: 'window',
          label: say('campaign.window'),
          children: campaign.sendWindow ? `${campaign.sendWindow.from} – ${campaign.sendWindow.until}` : say('campaign.allDay'),
        },
        {
          key: 'expiry',
          label: say('campaign.expiry'),
          children: campaign.contactExpiry ? duration(campaign.contactExpiry) : duration({ seconds: 86_400n, nanos: 0 } as never),
        },
        { key: 'rate', label: say('campaign.perSecond'), children: limit(campaign.contactsPerSecond) },
        { key: 'day', label: say('campaign.perDay'), children: limit(campaign.contactsPerDay) },
        {
          key: 'budget',
          label: say('campaign.budget'),
          children: campaign.budgetFen === 0n ? say('campaign.noLimit') : yuan(campaign.budgetFen),
        },
        { key: 'cost', label: say('campaign.cost'), children: yuan(campaign.costFen) },
        ...(campaign.endTime ? [{ key: 'end', label: say('campaign.end'), children: dateTime(campaign.endTime) }] : []),
        ...(status
          ? [
              { key: 'author', label: say('campaign.author'), children: status.author },
              { key: 'approver', label: say('campaign.approver'), children: status.approver || '–' },
            ]
          : []),
      ]}
    />
  )
}
