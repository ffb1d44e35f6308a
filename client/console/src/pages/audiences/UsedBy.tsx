import { useQuery } from '@tanstack/react-query'
import { Card } from 'antd'
import { Link } from 'react-router'
import type { ApiError } from '../../api/error'
import { CampaignService, type CampaignStatus } from '../../api/generated/zhice/v1/campaign_service_pb'
import { callWhole } from '../../api/pages'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { CampaignStateTag } from '../campaigns/CampaignStateTag'

/** The campaigns that name an audience. */
export function UsedBy({ audienceId }: { audienceId: string }) {
  const { say } = useText()
  const campaigns = useQuery<CampaignStatus[], ApiError>({
    queryKey: [CampaignService.name, 'of', audienceId],
    queryFn: async ({ signal }) =>
      (await callWhole(CampaignService.method.listCampaigns, { pageSize: 100 }, signal))
        .flatMap((page) => page.campaigns)
        .filter(({ campaign }) => campaign?.audienceId === audienceId),
    structuralSharing: false,
  })
  return (
    <Card title={say('audience.usedBy')}>
      <Answered of={campaigns} rows={2}>
        {(users) => {
          return users.length === 0 ? (
            <span className="quiet">{say('audience.notUsed')}</span>
          ) : (
            <ul className="list">
              {users.map((each) => (
                <li key={each.campaign!.campaignId}>
                  <Link to={`/campaigns/${each.campaign!.campaignId}`}>
                    {each.campaign!.displayName || each.campaign!.campaignId}
                  </Link>
                  <CampaignStateTag state={each.state} />
                </li>
              ))}
            </ul>
          )
        }}
      </Answered>
    </Card>
  )
}
