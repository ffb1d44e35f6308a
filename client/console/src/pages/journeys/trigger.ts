import type { Names } from '../../api/catalog'
import type { JourneyTransition } from '../../api/generated/zhice/v1/journey_pb'
import { duration } from '../../app/format'
import type { Say } from '../../i18n/useText'

/** For what a transition waits. */
export function triggerText({ trigger, when }: JourneyTransition, names: Names, say: Say): string {
  switch (trigger.case) {
    case 'eventTypeId':
      return names.eventType(trigger.value)
    case 'after':
      return say('journey.after', { span: duration(trigger.value) })
    case 'at':
      return say('journey.at', { time: trigger.value })
    case 'onContact':
      return say('campaign.deliveries')
    default:
      return when ? say('journey.when') : ''
  }
}
