import { Alert, Card, Tabs } from 'antd'
import { useParams } from 'react-router'
import { useCatalog } from '../../api/catalog'
import { CampaignService, CampaignState, type CampaignStatus } from '../../api/generated/zhice/v1/campaign_service_pb'
import { useCall, useStream } from '../../api/hooks'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Page } from '../../components/Page'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { CampaignActions } from './CampaignActions'
import { CampaignDefinition } from './CampaignDefinition'
import { CampaignDeliveries } from './CampaignDeliveries'
import { CampaignLift } from './CampaignLift'
import { CampaignLog } from './CampaignLog'
import { CampaignReview } from './CampaignReview'
import { CampaignStateTag } from './CampaignStateTag'
import { CampaignValue } from './CampaignValue'
import { RunFigures } from './RunFigures'

const live = [CampaignState.RUNNING, CampaignState.SCHEDULED, CampaignState.PAUSED]

/** A campaign: what it is, how it goes, and what may be done to it now. */
export default function Campaign() {
  const { campaignId = '' } = useParams()
  const { say, sayCode } = useText()
  const answer = useCall(CampaignService.method.getCampaign, { campaignId, review: true }, { every: 5_000 })
  const status = answer.data?.status
  const watched = useStream(CampaignService.method.watchCampaign, { campaignId }, status !== undefined && live.includes(status.state))
  const shown = watched.latest?.status ?? status
  return (
    <Page
      roles={pageRoles.campaigns}
      title={status?.campaign?.displayName || campaignId}
      beside={
        <>
          <code>{campaignId}</code>
          {shown ? <CampaignStateTag state={shown.state} /> : null}
        </>
      }
      actions={status ? <CampaignActions status={status} review={answer.data?.review} /> : null}
    >
      <Answered of={answer} rows={10}>
        {(data) => (
          <>
            {shown!.note ? <Alert type="info" showIcon title={sayCode('note', shown!.note)} /> : null}
            {data.review?.changedSinceApproval ? <Alert type="warning" showIcon title={say('campaign.changed')} /> : null}
            <Parts status={data.status!} live={shown!} review={<CampaignReview review={data.review} status={data.status!} />} />
          </>
        )}
      </Answered>
    </Page>
  )
}

function Parts({ status, live: shown, review }: { status: CampaignStatus; live: CampaignStatus; review: React.ReactNode }) {
  const { say } = useText()
  const { names } = useCatalog()
  const [tab, setTab] = useFilter('tab', shown.runs.length > 0 ? 'runs' : 'definition', [
    'runs',
    'definition',
    'deliveries',
    'lift',
    'value',
    'log',
  ])
  return (
    <Card>
      <Tabs
        activeKey={tab}
        onChange={setTab}
        items={[
          { key: 'runs', label: say('campaign.runs'), children: <RunFigures runs={shown.runs} names={names} /> },
          {
            key: 'definition',
            label: say('campaign.review'),
            children: (
              <div className="columns">
                <div className="w6">
                  <CampaignDefinition campaign={status.campaign!} status={status} />
                </div>
                <div className="w6">{review}</div>
              </div>
            ),
          },
          {
            key: 'deliveries',
            label: say('campaign.deliveries'),
            children: <CampaignDeliveries deliveries={status.deliveries} />,
          },
          { key: 'lift', label: say('campaign.lift'), children: <CampaignLift campaignId={status.campaign!.campaignId} /> },
          { key: 'value', label: say('value.title'), children: <CampaignValue campaignId={status.campaign!.campaignId} /> },
          { key: 'log', label: say('campaign.log'), children: <CampaignLog log={shown.log} /> },
        ]}
      />
    </Card>
  )
}
