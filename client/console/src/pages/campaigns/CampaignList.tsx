import { Button, Card, Segmented, Table } from 'antd'
import { Link, useNavigate } from 'react-router'
import { useCatalog } from '../../api/catalog'
import { named } from '../../api/enums'
import {
  CampaignService,
  CampaignState,
  type CampaignStateCount,
  type CampaignStatus,
} from '../../api/generated/zhice/v1/campaign_service_pb'
import { usePages } from '../../api/pages'
import { count } from '../../app/format'
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

const states = [
  CampaignState.DRAFT,
  CampaignState.APPROVED,
  CampaignState.SCHEDULED,
  CampaignState.RUNNING,
  CampaignState.PAUSED,
  CampaignState.FINISHED,
  CampaignState.CANCELLED,
]

/** The campaigns by state; the host chooses and counts them, as there may be ten thousand. */
export default function CampaignList() {
  const { say } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const [state, setState] = useFilter('state', 'ALL', ['ALL', ...states.map((each) => CampaignState[each]!)])
  const chosen = state === 'ALL' ? [] : [CampaignState[state as keyof typeof CampaignState]]
  const answer = usePages(CampaignService.method.listCampaigns, { pageSize: 100, states: chosen }, 10_000)
  return (
    <Page
      title={say('nav.campaigns')}
      roles={pageRoles.campaigns}
      actions={
        <>
          <Views />
          {me.hasAny(['operator']) ? (
            <Button type="primary" onClick={() => void navigate('/campaigns/new')}>
              {say('campaigns.new')}
            </Button>
          ) : null}
        </>
      }
    >
      <Card>
        <div className="stack">
          <Answered of={answer} rows={8}>
            {(pages) => {
              const campaigns = pages.flatMap((page) => page.campaigns)
              return (
                <>
                  <States counts={pages[0]!.counts} state={state} setState={setState} />
                  <Rows campaigns={campaigns} isEmpty={pages[0]!.counts.length === 0} />
                  {answer.hasNextPage ? (
                    <div className="row">
                      <Button loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
                        {say('action.more')}
                      </Button>
                      <span className="quiet">{say('campaigns.shown', { count: count(campaigns.length) })}</span>
                    </div>
                  ) : null}
                </>
              )
            }}
          </Answered>
        </div>
      </Card>
    </Page>
  )
}

function States({ counts, state, setState }: { counts: CampaignStateCount[]; state: string; setState: (state: string) => void }) {
  const { say, sayCode } = useText()
  const numberOf = (each: CampaignState) => counts.find((known) => known.state === each)?.campaigns ?? 0n
  const all = counts.reduce((sum, each) => sum + each.campaigns, 0n)
  return (
    <Segmented
      value={state}
      onChange={setState}
      options={[
        { value: 'ALL', label: `${say('action.all')} ${count(all)}` },
        ...states
          .filter((each) => numberOf(each) > 0n || CampaignState[each] === state)
          .map((each) => ({
            value: CampaignState[each]!,
            label: `${named(sayCode, 'campaignState', each)} ${count(numberOf(each))}`,
          })),
      ]}
    />
  )
}

function Rows({ campaigns, isEmpty }: { campaigns: CampaignStatus[]; isEmpty: boolean }) {
  const { say } = useText()
  const { names } = useCatalog()
  const navigate = useNavigate()
  return (
    <Table<CampaignStatus>
      size="small"
      rowKey={(row) => row.campaign!.campaignId}
      dataSource={campaigns}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      scroll={{ x: 880 }}
      locale={{ emptyText: <Nothing text={say(isEmpty ? 'campaigns.none' : 'campaigns.noneInState')} /> }}
      onRow={(row) => ({ onDoubleClick: () => void navigate(`/campaigns/${row.campaign!.campaignId}`) })}
      columns={[
        {
          title: say('campaign.name'),
          render: (_, row) => (
            <>
              <Link to={`/campaigns/${row.campaign!.campaignId}`}>{row.campaign!.displayName || row.campaign!.campaignId}</Link>
              <div className="quiet mono">{row.campaign!.campaignId}</div>
            </>
          ),
        },
        { title: say('campaign.state'), width: 110, render: (_, row) => <CampaignStateTag state={row.state} /> },
        { title: say('campaign.action'), render: (_, row) => names.action(row.campaign!.actionId) },
        { title: say('campaign.schedule'), render: (_, row) => scheduleText(row.campaign!, say, names.eventType) },
        { title: say('campaign.reach'), align: 'right', render: (_, row) => <Reach run={row.runs[0]} /> },
        { title: say('campaign.author'), dataIndex: 'author' },
        { title: say('campaign.approver'), render: (_, row) => row.approver || <span className="quiet">–</span> },
      ]}
    />
  )
}
