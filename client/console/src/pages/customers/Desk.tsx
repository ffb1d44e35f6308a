import { App as AntApp, Button, Select } from 'antd'
import { useState } from 'react'
import type { Names } from '../../api/catalog'
import { call } from '../../api/call'
import { EventService, FeedbackType } from '../../api/generated/zhice/v1/event_service_pb'
import { HandOffService } from '../../api/generated/zhice/v1/hand_off_service_pb'
import { RecommendationService, type Recommendation, type RecommendResponse } from '../../api/generated/zhice/v1/recommendation_service_pb'
import { toApiError, useChange } from '../../api/hooks'
import { share } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { useFilter } from '../../app/useFilter'
import { Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'
import { HandOffDialog } from '../worklist/HandOffDialog'

// Where people talk with customers.
const desks = ['branch_desk', 'remote_bank_call']

/** What an agent may say to the customer now, the best first, and what came of it. */
export function Desk({ customerId, names }: { customerId: string; names: Names }) {
  const { say } = useText()
  const note = useErrorNote()
  const placements = names.catalog?.placements ?? []
  const first = placements.find((each) => desks.includes(each.placementId)) ?? placements[0]
  const [placementId, setPlacement] = useFilter('desk', first?.placementId ?? '')
  const [answer, setAnswer] = useState<RecommendResponse | null>(null)
  const [isBusy, setBusy] = useState(false)
  const get = async () => {
    setBusy(true)
    try {
      setAnswer(await call(RecommendationService.method.recommend, { customerId, placementId, requestId: crypto.randomUUID() }))
    } catch (fault) {
      note(toApiError(fault))
    }
    setBusy(false)
  }
  return (
    <div className="stack">
      <div className="row">
        <Select
          aria-label={say('desk.placement')}
          value={placementId}
          onChange={setPlacement}
          style={{ width: 220 }}
          options={placements.map((each) => ({ value: each.placementId, label: each.displayName || each.placementId }))}
        />
        <Button type="primary" loading={isBusy} onClick={() => void get()}>
          {say('desk.get')}
        </Button>
        <span className="quiet">{say('desk.note')}</span>
      </div>
      {answer?.recommendations.length === 0 ? <Nothing text={say('desk.none')} /> : null}
      {answer?.recommendations.map((each) => (
        <Offer
          key={each.actionId}
          customerId={customerId}
          placementId={placementId}
          decisionId={answer.decisionId}
          offer={each}
          names={names}
        />
      ))}
    </div>
  )
}

interface OfferProps {
  customerId: string
  placementId: string
  decisionId: string
  offer: Recommendation
  names: Names
}

function Offer({ customerId, placementId, decisionId, offer, names }: OfferProps) {
  const { say } = useText()
  const me = useMe()
  const note = useErrorNote()
  const { message } = AntApp.useApp()
  const [done, setDone] = useState('')
  const record = useChange(EventService.method.recordEvents, 'CustomerService')
  const hold = useChange(HandOffService.method.holdAction, 'CustomerService')
  const answer = (type: FeedbackType, text: string) =>
    record.mutate(
      { events: [{ eventId: crypto.randomUUID(), customerId, feedback: { type, decisionId, actionId: offer.actionId } }] },
      {
        onSuccess: () => {
          setDone(text)
          void message.success(say('desk.recorded'))
        },
        onError: note,
      },
    )
  const keep = () =>
    hold.mutate(
      { customerId, actionId: offer.actionId, placementId, owner: me.name, requestId: crypto.randomUUID() },
      { onSuccess: () => void message.success(say('desk.held')), onError: note },
    )
  return (
    <article className="offer">
      <div className="spread">
        <span className="offer-title">
          {offer.rank}. {names.action(offer.actionId)}
        </span>
        <span className="quiet">
          {say('why.propensity')} {share(offer.propensity, 2)}
        </span>
      </div>
      <div>
        <b>{offer.content?.title}</b> {offer.content?.body}
      </div>
      <div className="quiet">{offer.reasons.map((reason) => reason.message).join(' · ')}</div>
      <div className="row">
        {done ? (
          <span className="quiet">{done}</span>
        ) : (
          <>
            <Button
              size="small"
              type="primary"
              loading={record.isPending}
              onClick={() => answer(FeedbackType.ACCEPTANCE, say('desk.accept'))}
            >
              {say('desk.accept')}
            </Button>
            <Button size="small" loading={record.isPending} onClick={() => answer(FeedbackType.DISMISSAL, say('desk.dismiss'))}>
              {say('desk.dismiss')}
            </Button>
          </>
        )}
        <Button size="small" loading={hold.isPending} onClick={keep}>
          {say('desk.hold')}
        </Button>
        <HandOffDialog customerId={customerId} actionId={offer.actionId} placementId={placementId} />
      </div>
    </article>
  )
}
