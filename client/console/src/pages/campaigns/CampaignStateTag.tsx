import { Tag } from 'antd'
import { named } from '../../api/enums'
import { CampaignState } from '../../api/generated/zhice/v1/campaign_service_pb'
import { useText } from '../../i18n/useText'

const colours: Partial<Record<CampaignState, string>> = {
  [CampaignState.APPROVED]: 'cyan',
  [CampaignState.SCHEDULED]: 'geekblue',
  [CampaignState.RUNNING]: 'blue',
  [CampaignState.PAUSED]: 'orange',
  [CampaignState.CANCELLED]: 'red',
}

export function CampaignStateTag({ state }: { state: CampaignState }) {
  const { sayCode } = useText()
  return <Tag className="state-tag" color={colours[state] ?? 'default'} variant="filled">{named(sayCode, 'campaignState', state)}</Tag>
}
