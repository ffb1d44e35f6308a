import { ReasonCode } from './generated/zhice/v1/recommendation_service_pb'
import { CampaignState, EvaluationOutcome } from './generated/zhice/v1/campaign_service_pb'
import { ConsentSource } from './generated/zhice/v1/customer_service_pb'
import { DeliveryOutcome } from './generated/zhice/v1/delivery_service_pb'
import { FeedbackType } from './generated/zhice/v1/event_service_pb'
import { Purpose, TagType } from './generated/zhice/v1/catalog_pb'
import { StopKind } from './generated/zhice/v1/stop_service_pb'
import { TransitionCause } from './generated/zhice/v1/journey_service_pb'
import type { useText } from '../i18n/useText'

const kinds = {
  reason: ReasonCode,
  campaignState: CampaignState,
  evaluation: EvaluationOutcome,
  consentSource: ConsentSource,
  outcome: DeliveryOutcome,
  feedback: FeedbackType,
  purpose: Purpose,
  tagType: TagType,
  stopKind: StopKind,
  cause: TransitionCause,
} as const

/** The name for people of a value of an enum of the contract. */
export function named(sayCode: ReturnType<typeof useText>['sayCode'], kind: keyof typeof kinds, value: number): string {
  const name = (kinds[kind] as Record<number, string>)[value]
  return name ? sayCode(kind, name) : String(value)
}
