import { Card } from 'antd'
import { Link } from 'react-router'
import { CampaignService } from '../../api/generated/zhice/v1/campaign_service_pb'
import { useCall } from '../../api/hooks'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { CampaignStateTag } from '../campaigns/CampaignStateTag'

/** The campaigns that name an audience. */
export function UsedBy({ audienceId }: { audienceId: string }) {
  const { say } = useText()
  const campaigns = useCall(CampaignService.method.listCampaigns, { pageSize: 100 })
  return (
    <Card title={say('audience.usedBy')}>
      <Answered of={campaigns} rows={2}>
        {(list) => {
          const users = list.campaigns.filter((each) => each.campaign?.audienceId === audienceId)
          return users.length === 0 ? <span className="quiet">{say('audience.notUsed')}</span> : (
            <ul className="list">{users.map((each) => <li key={each.campaign!.campaignId}><Link to={`/campaigns/${each.campaign!.campaignId}`}>{each.campaign!.displayName || each.campaign!.campaignId}</Link><CampaignStateTag state={each.state} /></li>)}</ul>
          )
        }}
      </Answered>
    </Card>
  )
}
