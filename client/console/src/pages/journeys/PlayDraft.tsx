import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Input, InputNumber, Select, Timeline } from 'antd'
import { useState } from 'react'
import { useCatalog, type Names } from '../../api/catalog'
import type { Catalog } from '../../api/generated/zhice/v1/catalog_pb'
import type { Journey } from '../../api/generated/zhice/v1/journey_pb'
import { JourneyService, type SimulatedStep } from '../../api/generated/zhice/v1/journey_service_pb'
import { named } from '../../api/enums'
import { useChange } from '../../api/hooks'
import { dateTime, toTimestamp } from '../../app/format'
import { Failed, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

interface Step {
  eventTypeId: string
  hours: number
}

const hour = 3_600_000

/** Plays a journey on a copy of a customer, by a clock of its own: nothing is stored, and nobody is contacted. */
export function PlayDraft({ journey, draft }: { journey: Journey; draft: Catalog | undefined }) {
  const { say } = useText()
  const { names } = useCatalog()
  const play = useChange(JourneyService.method.simulateJourneys)
  const [customerId, setCustomer] = useState('')
  const [steps, setSteps] = useState<Step[]>([
    { eventTypeId: journey.entry?.eventTypeIds[0] ?? '', hours: 0 },
    { eventTypeId: '', hours: 72 },
  ])
  const set = (at: number, change: Partial<Step>) => setSteps(steps.map((step, i) => (i === at ? { ...step, ...change } : step)))
  const run = () => {
    let at = Date.now()
    const happenings = steps.map(({ eventTypeId, hours }) => {
      at += hours * hour
      return {
        time: toTimestamp(new Date(at)),
        what: eventTypeId ? { case: 'eventTypeId' as const, value: eventTypeId } : { case: undefined },
      }
    })
    play.mutate({ customerId: customerId.trim(), happenings, ...(draft ? { draft } : {}) })
  }
  const events = (names.catalog?.eventTypes ?? []).map((each) => ({
    value: each.eventTypeId,
    label: each.displayName || each.eventTypeId,
  }))
  return (
    <Card size="small" title={say('play.title')}>
      <div className="stack">
        <span className="quiet">{say('play.note')}</span>
        <Input
          value={customerId}
          onChange={(event) => setCustomer(event.target.value)}
          placeholder={say('play.customer')}
          aria-label={say('play.customer')}
        />
        {steps.map((step, i) => (
          <div key={i} className="row">
            <InputNumber
              min={0}
              max={24 * 365}
              value={step.hours}
              onChange={(value) => set(i, { hours: value ?? 0 })}
              aria-label={say('play.after')}
              suffix={say('play.hours')}
              style={{ width: 130 }}
            />
            <Select
              value={step.eventTypeId}
              onChange={(value: string) => set(i, { eventTypeId: value })}
              style={{ width: 190 }}
              showSearch={{ optionFilterProp: 'label' }}
              aria-label={say('play.event')}
              options={[{ value: '', label: say('play.wait') }, ...events]}
            />
            <Button
              size="small"
              icon={<DeleteOutlined />}
              aria-label={say('action.delete')}
              disabled={steps.length === 1}
              onClick={() => setSteps(steps.filter((_, at) => at !== i))}
            />
          </div>
        ))}
        <div className="row">
          <Button size="small" icon={<PlusOutlined />} onClick={() => setSteps([...steps, { eventTypeId: '', hours: 24 }])}>
            {say('play.add')}
          </Button>
          <Button type="primary" loading={play.isPending} onClick={run}>
            {say('play.run')}
          </Button>
        </div>
        {play.error ? <Failed error={play.error} /> : null}
        {play.data ? (
          <Played
            steps={play.data.steps}
            names={names}
            stageName={(id) => journey.stages.find((each) => each.stageId === id)?.displayName || id}
          />
        ) : null}
      </div>
    </Card>
  )
}

function Played({ steps, names, stageName }: { steps: SimulatedStep[]; names: Names; stageName: (id: string) => string }) {
  const { say, sayCode } = useText()
  if (steps.length === 0) return <Nothing text={say('play.nothing')} />
  const moved = ({ fromStageId, toStageId }: { fromStageId: string; toStageId: string }) =>
    `${fromStageId ? `${stageName(fromStageId)} → ` : ''}${toStageId ? stageName(toStageId) : say('journey.leave')}`
  const text = ({ what }: SimulatedStep) => {
    switch (what.case) {
      case 'move':
        return `${names.journey(what.value.journeyId)}: ${moved(what.value)} (${named(sayCode, 'cause', what.value.cause)})`
      case 'goalOfJourneyId':
        return `${names.journey(what.value)}: ${say('journey.goal')}`
      case 'noRoomInJourneyId':
        return `${names.journey(what.value)}: ${say('play.noRoom')}`
      case 'contact':
        return `${say('play.contact')}: ${names.action(what.value.actionId)}`
      case 'handOff':
        return `${say('play.handOff')}: ${names.action(what.value.actionId)} · ${what.value.owner}`
      default:
        return ''
    }
  }
  return (
    <Timeline
      items={steps.map((step, i) => ({
        key: i,
        content: (
          <div className="timeline-item">
            <time>{dateTime(step.time)}</time>
            <span>{text(step)}</span>
          </div>
        ),
      }))}
    />
  )
}
