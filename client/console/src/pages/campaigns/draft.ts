import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { CampaignSchema, type Campaign } from '../../api/generated/zhice/v1/campaign_service_pb'
import { toDate, toTimestamp } from '../../app/format'

/** A campaign as the wizard edits it: in the units that people use. */
export interface Draft {
  campaignId: string
  displayName: string
  audienceId: string
  audience: string
  actionId: string
  placementIds: string[]
  /** In per cent. */
  holdout: number
  perSecond: number
  perDay: number
  /** In yuan. */
  budget: number
  /** In yuan. */
  cost: number
  windowFrom: string
  windowUntil: string
  expiryHours: number
  kind: 'oneOff' | 'recurring' | 'trigger'
  /** In the browser's time, as an input of date and time has it. */
  start: string
  intervalHours: number
  eventTypeId: string
}

export const emptyDraft: Draft = {
  campaignId: '',
  displayName: '',
  audienceId: '',
  audience: '',
  actionId: '',
  placementIds: [],
  holdout: 5,
  perSecond: 0,
  perDay: 0,
  budget: 0,
  cost: 0,
  windowFrom: '09:00',
  windowUntil: '21:00',
  expiryHours: 24,
  kind: 'oneOff',
  start: '',
  intervalHours: 24,
  eventTypeId: '',
}

export function toDraft(campaign: Campaign): Draft {
  const { schedule } = campaign
  const start = schedule.case === 'oneOff' || schedule.case === 'recurring' ? schedule.value.startTime : undefined
  return {
    campaignId: campaign.campaignId,
    displayName: campaign.displayName,
    audienceId: campaign.audienceId,
    audience: campaign.audience,
    actionId: campaign.actionId,
    placementIds: campaign.placementIds,
    holdout: Math.round(campaign.holdout * 10_000) / 100,
    perSecond: campaign.contactsPerSecond,
    perDay: Number(campaign.contactsPerDay),
    budget: Number(campaign.budgetFen) / 100,
    cost: Number(campaign.costFen) / 100,
    windowFrom: campaign.sendWindow?.from ?? '',
    windowUntil: campaign.sendWindow?.until ?? '',
    expiryHours: campaign.contactExpiry ? Number(campaign.contactExpiry.seconds) / 3600 : 24,
    kind: schedule.case ?? 'oneOff',
    start: start ? localText(toDate(start)) : '',
    intervalHours: schedule.case === 'recurring' ? Number(schedule.value.interval?.seconds ?? 86_400n) / 3600 : 24,
    eventTypeId: schedule.case === 'trigger' ? schedule.value.eventTypeId : '',
  }
}

/** The campaign of a draft. What the wizard does not show (arms, the end, how old an event may be) stays as it was. */
export function toCampaign(draft: Draft, before?: Campaign): Campaign {
  const made: MessageInitShape<typeof CampaignSchema> = {
    campaignId: draft.campaignId,
    displayName: draft.displayName,
    audienceId: draft.audienceId ?? '',
    audience: draft.audience.trim(),
    actionId: draft.actionId,
    placementIds: draft.placementIds,
    arms: before && before.actionId === draft.actionId ? before.arms : [],
    holdout: Math.round(draft.holdout * 100) / 10_000,
    contactExpiry: { seconds: BigInt(Math.round(draft.expiryHours * 3600)), nanos: 0 },
    contactsPerSecond: draft.kind === 'trigger' ? 0 : draft.perSecond,
    contactsPerDay: draft.kind === 'trigger' ? 0n : BigInt(draft.perDay),
    budgetFen: draft.kind === 'trigger' ? 0n : BigInt(Math.round(draft.budget * 100)),
    costFen: BigInt(Math.round(draft.cost * 100)),
    schedule: scheduleOf(draft, before),
  }
  if (draft.windowFrom && draft.windowUntil) made.sendWindow = { from: draft.windowFrom, until: draft.windowUntil }
  if (before?.endTime) made.endTime = before.endTime
  return create(CampaignSchema, made)
}

function scheduleOf(draft: Draft, before?: Campaign): NonNullable<MessageInitShape<typeof CampaignSchema>['schedule']> {
  const start = draft.start ? { startTime: toTimestamp(new Date(draft.start)) } : {}
  switch (draft.kind) {
    case 'oneOff':
      return { case: 'oneOff', value: start }
    case 'recurring':
      return {
        case: 'recurring',
        value: {
          ...(draft.start ? start : { startTime: toTimestamp(new Date()) }),
          interval: { seconds: BigInt(Math.round(draft.intervalHours * 3600)), nanos: 0 },
        },
      }
    case 'trigger':
      return {
        case: 'trigger',
        value: {
          ...(before?.schedule.case === 'trigger' ? before.schedule.value : {}),
          eventTypeId: draft.eventTypeId,
        } as never,
      }
  }
}

function localText(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The fields in which two drafts differ. */
export function differences(before: Draft, after: Draft): { field: keyof Draft; before: string; after: string }[] {
  return (Object.keys(after) as (keyof Draft)[])
    .map((field) => ({ field, before: String(before[field] ?? ''), after: String(after[field] ?? '') }))
    .filter((each) => each.before !== each.after)
}
