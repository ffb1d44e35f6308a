import { Button, Card, Segmented, Table } from 'antd'
import { Link, useNavigate } from 'react-router'
import { useCatalog } from '../../api/catalog'
import { named } from '../../api/enums'
import { CampaignService, CampaignState, type CampaignStatus } from '../../api/generated/zhice/v1/campaign_service_pb'
import { useCall } from '../../api/hooks'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Page } from '../../components/Page'
import { Answered, Nothing } from '../../components/states'
import { Views } from '../../components/Views'
import { useText } from '../../i18n/useText'
import { CampaignStateTag } from './CampaignStateTag'
import { Reach } from './Reach'
import { scheduleText } from './schedule'

const states = [CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELLED]

export default function CampaignList() {
  const { say } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const campaigns = useCall(CampaignService.method.listCampaigns, { pageSize: 100 }, { every: 10_000 })
  return (
    <Page title={say('nav.campaigns')} roles={pageRoles.campaigns}
      actions={<><Views />{me.hasAny(['operator']) ? <Button type="primary" onClick={() => void navigate('/campaigns/new')}>{say('campaigns.new')}</Button> : null}</>}>
      <Answered of={campaigns} rows={8}>{(list) => <List all={list.campaigns} />}</Answered>
    </Page>
  )
}

function List({ all }: { all: CampaignStatus[] }) {
  const { say, sayCode } = useText()
  const { names } = useCatalog()
  const navigate = useNavigate()
  const [state, setState] = useFilter('state', 'ALL')
  const shown = all.filter((each) => state === 'ALL' || CampaignState[each.state] === state)
  return (
    <Card>
      <div className="stack">
        <Segmented value={state} onChange={setState} options={[
          { value: 'ALL', label: `${say('action.all')} ${all.length}` },
          ...states.map((each) => ({ each, n: all.filter((status) => status.state === each).length })).filter(({ each, n }) => n > 0 || CampaignState[each] === state)
            .map(({ each, n }) => ({ value: CampaignState[each]!, label: `${named(sayCode, 'campaignState', each)} ${n}` })),
        ]} />
        <Table<CampaignStatus> size="small" rowKey={(row) => row.campaign!.campaignId} dataSource={shown} pagination={{ pageSize: 20, hideOnSinglePage: true }} scroll={{ x: 880 }}
          locale={{ emptyText: <Nothing text={all.length === 0 ? say('campaigns.none') : say('campaigns.noneInState')} /> }}
          onRow={(row) => ({ onDoubleClick: () => void navigate(`/campaigns/${row.campaign!.campaignId}`) })}
          columns={[
            { title: say('campaign.name'), render: (_, row) => <><Link to={`/campaigns/${row.campaign!.campaignId}`}>{row.campaign!.displayName || row.campaign!.campaignId}</Link><div className="quiet mono">{row.campaign!.campaignId}</div></> },
            { title: say('campaign.state'), width: 110, render: (_, row) => <CampaignStateTag state={row.state} /> },
            { title: say('campaign.action'), render: (_, row) => names.action(row.campaign!.actionId) },
            { title: say('campaign.schedule'), render: (_, row) => scheduleText(row.campaign!, say, names.eventType) },
            { title: say('campaign.reach'), align: 'right', render: (_, row) => <Reach run={row.runs[0]} /> },
            { title: say('campaign.author'), dataIndex: 'author' },
            { title: say('campaign.approver'), render: (_, row) => row.approver || <span className="quiet">–</span> },
          ]} />
      </div>
    </Card>
  )
}
