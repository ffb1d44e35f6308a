import { useQueries } from '@tanstack/react-query'
import { useRef } from 'react'
import { useCatalog } from '../../api/catalog'
import { call } from '../../api/call'
import { CampaignService, CampaignState, type CampaignStatus } from '../../api/generated/zhice/v1/campaign_service_pb'
import { JourneyService } from '../../api/generated/zhice/v1/journey_service_pb'
import { MeasurementService, type GetReportResponse, type LiftEstimate } from '../../api/generated/zhice/v1/measurement_service_pb'
import { ReasonCode } from '../../api/generated/zhice/v1/recommendation_service_pb'
import { SystemService } from '../../api/generated/zhice/v1/system_service_pb'
import { keyOf, useCall } from '../../api/hooks'
import { bankDay, count, decimals, milliseconds, percent, toDate } from '../../app/format'
import { AsOf, Figure } from '../../components/figures'
import { useText } from '../../i18n/useText'

// At most so many journeys are asked for their report, once a minute.
const mostJourneys = 12

/** How fast the silos decide, and how fast contacts are made: while somebody looks. */
export function Speed({ contacted, at }: { contacted: bigint | undefined; at: Date | undefined }) {
  const { say } = useText()
  const rates = useCall(SystemService.method.getCallRates, {}, { every: 5_000 })
  const perSecond = useContactsPerSecond(contacted, at)
  const known = rates.data && rates.data.seconds > 0 ? rates.data : undefined
  return (
    <>
      <Figure
        name={say('overview.decisions')}
        value={known ? decimals(known.decisionsPerSecond, 1) : '–'}
        note={known ? <AsOf time={rates.data?.asOfTime} /> : say('overview.counting')}
      />
      <Figure
        name={say('overview.p99')}
        value={milliseconds(known?.p99Duration)}
        note={known ? say('overview.median', { value: milliseconds(known.medianDuration) }) : null}
      />
      <Figure
        name={say('overview.contactsPerSecond')}
        value={perSecond === undefined ? '–' : decimals(perSecond, 1)}
        note={perSecond === undefined ? say('overview.counting') : <AsOf time={at} />}
      />
    </>
  )
}

// From two readings of the totals: no figure of its own is kept for it.
function useContactsPerSecond(contacted: bigint | undefined, at: Date | undefined): number | undefined {
  const last = useRef<{ contacted: bigint; at: number; rate: number | undefined }>(undefined)
  if (contacted === undefined || !at) return undefined
  const before = last.current
  if (!before) last.current = { contacted, at: at.getTime(), rate: undefined }
  else if (at.getTime() > before.at) {
    last.current = {
      contacted,
      at: at.getTime(),
      rate: Math.max(0, Number(contacted - before.contacted)) / ((at.getTime() - before.at) / 1000),
    }
  }
  return last.current?.rate
}

/** What limits the bank: caps that are reached, and customers who had enough. */
export function Limits({ week }: { week: GetReportResponse | undefined }) {
  const { say } = useText()
  const report = useCall(MeasurementService.method.getReport, { fromDate: bankDay(6), toDate: bankDay() }, { every: 30_000 })
  const blocked = report.data?.lines.flatMap((line) => line.sampledBlocked) ?? []
  const all = blocked.reduce((sum, each) => sum + each.count, 0n)
  const capped = blocked.filter((each) => each.reason === ReasonCode.CAP_REACHED).reduce((sum, each) => sum + each.count, 0n)
  const sum = (pick: (line: GetReportResponse['lines'][number]) => bigint) =>
    (week?.lines ?? []).reduce((total, line) => total + pick(line), 0n)
  const [contacted, delivered, refused] = [sum((line) => line.contacted), sum((line) => line.delivered), sum((line) => line.refused)]
  return (
    <>
      <Figure
        name={say('overview.reach')}
        value={week ? percent(delivered, contacted) : '–'}
        note={say('percentOfContacts', { total: count(contacted) })}
      />
      <Figure name={say('overview.caps')} value={report.data ? percent(capped, all) : '–'} note={say('overview.capsNote')} />
      <Figure name={say('overview.refusals')} value={week ? count(refused) : '–'} note={percent(refused, contacted, 2)} />
    </>
  )
}

/** Customers who are in a journey now. */
export function InFlight() {
  const { say } = useText()
  const { names } = useCatalog()
  const ids = [...new Set((names.catalog?.journeys ?? []).map((each) => each.journeyId))].slice(0, mostJourneys)
  const reports = useQueries({
    queries: ids.map((journeyId) => ({
      queryKey: keyOf(JourneyService.method.getJourneyReport, { journeyId }),
      structuralSharing: false,
      refetchInterval: 60_000,
      queryFn: ({ signal }: { signal: AbortSignal }) => call(JourneyService.method.getJourneyReport, { journeyId }, signal),
    })),
  })
  const known = reports.flatMap(({ data }) => data?.versions ?? [])
  return (
    <Figure
      name={say('overview.inFlight')}
      value={reports.some(({ data }) => data) ? count(known.reduce((sum, each) => sum + each.inNow, 0n)) : '–'}
      note={say('overview.journeys', { count: ids.length })}
    />
  )
}

/** The lift of the newest campaigns that have a holdout, by the first outcome of the catalogue. */
export function useLifts(enabled: boolean): { lifts: Map<string, LiftEstimate>; campaigns: CampaignStatus[] } {
  const { names } = useCatalog()
  const outcomeId = names.catalog?.outcomes[0]?.outcomeId ?? ''
  const states = [CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED]
  const answer = useCall(CampaignService.method.listCampaigns, { pageSize: 100, states }, { enabled, every: 30_000 })
  const campaigns = (answer.data?.campaigns ?? [])
    .filter(({ campaign, runs }) => (campaign?.holdout ?? 0) > 0 && runs.length > 0)
    .slice(0, 8)
  const ids = campaigns.map(({ campaign }) => campaign!.campaignId)
  const lifts = useQueries({
    queries: ids.map((campaignId) => ({
      queryKey: keyOf(MeasurementService.method.getLift, { campaignId, outcomeId }),
      structuralSharing: false,
      refetchInterval: 60_000,
      enabled: enabled && outcomeId !== '',
      queryFn: ({ signal }: { signal: AbortSignal }) => call(MeasurementService.method.getLift, { campaignId, outcomeId }, signal),
    })),
  })
  const known = lifts.flatMap(({ data }, i) => {
    const watched = data?.sampleRatio?.isAlarm ? undefined : data?.lines[0]?.watched
    return watched ? [[ids[i]!, watched] as const] : []
  })
  return { lifts: new Map(known), campaigns }
}

export const timeOf = (report: GetReportResponse | undefined) => (report?.asOfTime ? toDate(report.asOfTime) : undefined)
