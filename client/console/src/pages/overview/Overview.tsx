import { Card, Tag } from 'antd'
import { Link } from 'react-router'
import { useCatalog } from '../../api/catalog'
import { named } from '../../api/enums'
import { AudienceService } from '../../api/generated/zhice/v1/audience_service_pb'
import { CampaignService, CampaignState } from '../../api/generated/zhice/v1/campaign_service_pb'
import { CatalogService } from '../../api/generated/zhice/v1/catalog_service_pb'
import { MeasurementService, ReportDimension } from '../../api/generated/zhice/v1/measurement_service_pb'
import { StopService } from '../../api/generated/zhice/v1/stop_service_pb'
import { SystemService, SiloState } from '../../api/generated/zhice/v1/system_service_pb'
import { useCall } from '../../api/hooks'
import { bankDay, count, megabytes, percent, share } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { Days } from '../../components/Days'
import { AsOf, Bars, Figure } from '../../components/figures'
import { Page } from '../../components/Page'
import { Answered, Need, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'
import { CampaignStateTag } from '../campaigns/CampaignStateTag'
import { Reach } from '../campaigns/Reach'
import { InFlight, Limits, Speed, timeOf, useLifts } from './Live'

const measured = ['analyst', 'operator', 'approver'] as const

/** What the bank does now: how many were contacted, what came of it, and what waits for somebody. */
export default function Overview() {
  const { say } = useText()
  return (
    <Page title={say('nav.overview')} roles={pageRoles.overview}>
      <Figures />
      <div className="columns">
        <div className="stack w8">
          <Need roles={measured} quiet>
            <Week />
          </Need>
          <Running />
        </div>
        <div className="stack w4">
          <ToDo />
          <Need roles={measured} quiet>
            <Blocked />
          </Need>
        </div>
      </div>
    </Page>
  )
}

const everyone = { audience: { expression: 'true' } }

function useWeek(enabled = true) {
  return useCall(
    MeasurementService.method.getReport,
    { fromDate: bankDay(6), toDate: bankDay(), by: [ReportDimension.DAY] },
    { enabled, every: 15_000 },
  )
}

function Figures() {
  const { say } = useText()
  const me = useMe()
  const mayMeasure = me.hasAny(measured)
  const customers = useCall(AudienceService.method.countAudience, everyone, { enabled: mayMeasure, every: 60_000 })
  const week = useWeek(mayMeasure)
  const silos = useCall(SystemService.method.listSilos, {}, { every: 15_000 })
  const lines = week.data?.lines ?? []
  const today = lines.find((line) => line.keys[0] === bankDay())
  const sum = (pick: (line: (typeof lines)[number]) => bigint) => lines.reduce((all, line) => all + pick(line), 0n)
  const active = silos.data?.silos.filter((silo) => silo.state === SiloState.ACTIVE) ?? []
  const as = <AsOf time={week.data?.asOfTime} />
  return (
    <div className="figures">
      <Speed contacted={week.data ? sum((line) => line.contacted) : undefined} at={timeOf(week.data)} />
      {mayMeasure ? (
        <>
          <Figure
            name={say('overview.customers')}
            value={customers.data ? count(customers.data.total) : '–'}
            note={<AsOf time={customers.data?.asOfTime} />}
          />
          <Figure name={say('overview.contacts')} value={week.data ? count(today?.contacted ?? 0n) : '–'} note={as} />
          <Figure name={say('overview.handedOver')} value={week.data ? count(today?.handedOver ?? 0n) : '–'} note={as} />
          <Figure name={say('overview.waiting')} value={week.data ? count(sum((line) => line.waiting)) : '–'} note={as} />
          <Figure
            name={say('overview.accepted')}
            value={week.data ? count(sum((line) => line.accepted)) : '–'}
            note={
              week.data
                ? say('percentOf', {
                    percent: percent(
                      sum((line) => line.accepted),
                      sum((line) => line.seen),
                    ),
                    total: count(sum((line) => line.seen)),
                  })
                : null
            }
          />
          <Limits week={week.data} />
        </>
      ) : null}
      <InFlight />
      <Figure
        name={say('overview.silos')}
        value={silos.data ? count(active.length) : '–'}
        note={
          active.length > 0
            ? [
                `CPU ${Math.round(Math.max(...active.map((silo) => silo.cpuPercent)))}%`,
                megabytes(active.reduce((all, silo) => all + silo.memoryBytes, 0n)),
              ].join(' · ')
            : null
        }
      />
    </div>
  )
}

function Week() {
  const { say } = useText()
  const week = useWeek()
  const days = Array.from({ length: 7 }, (_, i) => bankDay(6 - i))
  return (
    <Card title={say('overview.days')} extra={<AsOf time={week.data?.asOfTime} />}>
      <Answered of={week} rows={6}>
        {({ lines }) => {
          const of = (pick: (line: (typeof lines)[number]) => bigint) =>
            days.map((day) => Number(lines.filter((line) => line.keys[0] === day).reduce((sum, line) => sum + pick(line), 0n)))
          const drawn = [
            { name: say('report.contacted'), values: of((line) => line.contacted) },
            { name: say('report.handedOver'), values: of((line) => line.handedOver) },
            { name: say('report.seen'), values: of((line) => line.seen) },
            { name: say('report.accepted'), values: of((line) => line.accepted) },
          ]
          return drawn.some(({ values }) => values.some((value) => value > 0)) ? (
            <Days days={days} lines={drawn} label={say('overview.days')} />
          ) : (
            <Nothing text={say('overview.noReport')} />
          )
        }}
      </Answered>
    </Card>
  )
}

function Blocked() {
  const { say, sayCode } = useText()
  const report = useCall(MeasurementService.method.getReport, { fromDate: bankDay(6), toDate: bankDay() }, { every: 30_000 })
  return (
    <Card title={say('overview.blocked')} extra={<AsOf time={report.data?.asOfTime} />}>
      <Answered of={report}>
        {({ lines }) => {
          const byReason = new Map<string, bigint>()
          for (const { reason, count: found } of lines.flatMap((line) => line.sampledBlocked)) {
            const name = named(sayCode, 'reason', reason)
            byReason.set(name, (byReason.get(name) ?? 0n) + found)
          }
          const bars = [...byReason]
            .sort((a, b) => Number(b[1] - a[1]))
            .slice(0, 8)
            .map(([name, value]) => ({ key: name, name, value }))
          return bars.length > 0 ? (
            <>
              <p className="quiet">{say('overview.blockedNote')}</p>
              <Bars bars={bars} />
            </>
          ) : (
            <Nothing text={say('overview.noBlocked')} />
          )
        }}
      </Answered>
    </Card>
  )
}

function ToDo() {
  const { say } = useText()
  const me = useMe()
  const campaigns = useCall(CampaignService.method.listCampaigns, { pageSize: 1 }, { every: 30_000 })
  const mayRead = me.hasAny(['analyst', 'operator', 'approver'])
  const changes = useCall(
    CatalogService.method.listCatalogChanges,
    { openOnly: true, pageSize: 100 },
    { enabled: mayRead, every: 30_000 },
  )
  const stops = useCall(StopService.method.listStops, {}, { every: 30_000 })
  return (
    <Card title={say('overview.toDo')}>
      <Answered of={campaigns}>
        {(list) => {
          const drafts = Number(list.counts.find((each) => each.state === CampaignState.DRAFT)?.campaigns ?? 0n)
          const open = changes.data?.changes.length ?? 0
          const stopped = stops.data?.stops.length ?? 0
          const items = [
            {
              key: 'approve',
              n: drafts,
              to: '/campaigns?state=DRAFT',
              text: say('overview.toApprove', { count: drafts }),
            },
            { key: 'changes', n: open, to: '/catalogue?tab=changes', text: say('overview.changes', { count: open }) },
            { key: 'stops', n: stopped, to: '/system?tab=stops', text: say('overview.stops', { count: stopped }) },
          ].filter(({ n }) => n > 0)
          return items.length === 0 ? (
            <Nothing text={say('overview.nothingToDo')} />
          ) : (
            <ul className="list">
              {items.map(({ key, to, text }) => (
                <li key={key}>
                  <Link to={to}>{text}</Link>
                </li>
              ))}
            </ul>
          )
        }}
      </Answered>
    </Card>
  )
}

function Running() {
  const { say } = useText()
  const { names } = useCatalog()
  const underWay = [CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.SCHEDULED]
  const campaigns = useCall(CampaignService.method.listCampaigns, { pageSize: 50, states: underWay }, { every: 5_000 })
  const { lifts, campaigns: measuredCampaigns } = useLifts(useMe().hasAny(measured))
  return (
    <Card title={say('overview.running')} extra={<Link to="/campaigns">{say('action.all')}</Link>}>
      <Answered of={campaigns}>
        {(list) => {
          const ended = measuredCampaigns.filter((each) => lifts.has(each.campaign!.campaignId) && !underWay.includes(each.state))
          const running = [...list.campaigns, ...ended]
          const lift = (id: string) => {
            const found = lifts.get(id)
            return found ? (
              <Link to={`/campaigns/${id}?tab=lift`}>
                {say('overview.lift')} {share(found.value, 2)}
                {found.isClear ? '' : ` (${say('campaign.notClear')})`}
              </Link>
            ) : null
          }
          return running.length === 0 ? (
            <Nothing text={say('overview.noRunning')} />
          ) : (
            <ul className="list">
              {running.map((status) => (
                <li key={status.campaign!.campaignId}>
                  <span>
                    <Link to={`/campaigns/${status.campaign!.campaignId}`}>
                      {status.campaign!.displayName || status.campaign!.campaignId}
                    </Link>{' '}
                    <Tag>{names.action(status.campaign!.actionId)}</Tag>
                  </span>
                  <span className="row">
                    {lift(status.campaign!.campaignId)}
                    <Reach run={status.runs[0]} />
                    <CampaignStateTag state={status.state} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }}
      </Answered>
    </Card>
  )
}
