import type { Campaign } from '../../api/generated/zhice/v1/campaign_service_pb'
import { dateTime, duration } from '../../app/format'
import type { Say } from '../../i18n/useText'

/** When a campaign runs, as a sentence. */
export function scheduleText({ schedule }: Campaign, say: Say, eventType: (id: string) => string): string {
  switch (schedule.case) {
    case 'oneOff':
      return schedule.value.startTime ? say('campaign.onceAt', { time: dateTime(schedule.value.startTime) }) : say('campaign.onceNow')
    case 'recurring':
      return say('campaign.every', { span: duration(schedule.value.interval) })
    case 'trigger':
      return say('campaign.onEvent', { event: eventType(schedule.value.eventTypeId) })
    default:
      return '–'
  }
}
