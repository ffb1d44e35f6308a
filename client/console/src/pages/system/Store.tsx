import { SystemService } from '../../api/generated/zhice/v1/system_service_pb'
import { useCall } from '../../api/hooks'
import { count, decimals, milliseconds } from '../../app/format'
import { AsOf, Figure } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'

/** How long commits take, and what waits in the silos: measured while somebody looks. */
export function Store() {
  const { say, sayCode } = useText()
  const rates = useCall(SystemService.method.getStoreRates, {}, { every: 5_000 })
  return (
    <section>
      <div className="spread">
        <h2 className="part-title">{say('store.title')}</h2>
        <AsOf time={rates.data?.asOfTime} />
      </div>
      <Answered of={rates} rows={2}>
        {({ seconds, commitsPerSecond, medianDuration, p99Duration, queues }) => {
          const shown = (value: string) => (seconds > 0 ? value : '–')
          const note = seconds > 0 ? say('store.over', { seconds: Math.round(seconds) }) : say('overview.counting')
          return (
            <div className="figures">
              <Figure name={say('store.p99')} value={shown(milliseconds(p99Duration))} note={note} />
              <Figure name={say('store.median')} value={shown(milliseconds(medianDuration))} note={note} />
              <Figure name={say('store.commits')} value={shown(decimals(commitsPerSecond, 1))} note={note} />
              {queues.map(({ queue, waiting }) => (
                <Figure key={queue} name={sayCode('queue', queue)} value={count(waiting)} note={say('store.waiting')} />
              ))}
            </div>
          )
        }}
      </Answered>
    </section>
  )
}
