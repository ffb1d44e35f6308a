import { Timeline } from 'antd'
import { Link } from 'react-router'
import type { Names } from '../../api/catalog'
import { named } from '../../api/enums'
import { JourneyService } from '../../api/generated/zhice/v1/journey_service_pb'
import { useCall } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'

/** Where a customer is in journeys, and how they came there. */
export function Journeys({ customerId, names }: { customerId: string; names: Names }) {
  const { say, sayCode } = useText()
  const journeys = useCall(JourneyService.method.getCustomerJourneys, { customerId })
  return (
    <Answered of={journeys}>
      {({ places, moves }) => (
        <div className="stack">
          <section>
            <h2 className="part-title">{say('customer.inJourneys')}</h2>
            {places.length === 0 ? (
              <span className="quiet">{say('customer.noJourneys')}</span>
            ) : (
              <ul className="list">
                {places.map((place) => (
                  <li key={place.journeyId}>
                    <span>
                      <Link to={`/journeys/${place.journeyId}`}>{names.journey(place.journeyId)}</Link>{' '}
                      <span className="quiet">v{place.version}</span>
                      <div>
                        <b>{names.stage(place.journeyId, place.version, place.stageId)}</b>
                      </div>
                    </span>
                    <span className="quiet">
                      {say('customer.since', { time: dateTime(place.sinceTime) })}
                      {place.dueTime ? <div>{say('customer.due', { time: dateTime(place.dueTime) })}</div> : null}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </section>
          <section>
            <h2 className="part-title">{say('customer.moves')}</h2>
            {moves.length === 0 ? (
              <span className="quiet">{say('customer.noMoves')}</span>
            ) : (
              <Timeline
                items={moves.map((move, i) => ({
                  key: i,
                  content: (
                    <div className="timeline-item">
                      <time>{dateTime(move.moveTime)}</time>
                      <span>
                        {names.journey(move.journeyId)}:{' '}
                        {move.fromStageId ? names.stage(move.journeyId, move.version, move.fromStageId) : say('customer.entered')} →{' '}
                        <b>{move.toStageId ? names.stage(move.journeyId, move.version, move.toStageId) : say('customer.left')}</b>{' '}
                        <span className="quiet">
                          {named(sayCode, 'cause', move.cause)} {move.eventTypeId ? names.eventType(move.eventTypeId) : ''}
                        </span>
                      </span>
                    </div>
                  ),
                }))}
              />
            )}
          </section>
        </div>
      )}
    </Answered>
  )
}
