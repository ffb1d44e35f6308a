import { Button, Table } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useCatalog } from '../../api/catalog'
import type { Journey } from '../../api/generated/zhice/v1/journey_pb'
import { Loading, Need } from '../../components/states'
import { useMe } from '../../app/MeContext'
import { useText } from '../../i18n/useText'
import { TextDrawer } from '../catalogue/TextDrawer'
import { PlayDraft } from './PlayDraft'

const JourneyGraph = lazy(() => import('./JourneyGraph'))

/** A journey as text, with the graph of what is written beside it, and a customer with whom it is tried. */
export function JourneyText({ journey }: { journey: Journey }) {
  const { say } = useText()
  const me = useMe()
  const { names } = useCatalog()
  const [isOpen, setOpen] = useState(false)
  if (!me.hasAny(['analyst', 'operator', 'approver'])) return null
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say('journey.edit')}</Button>
      {isOpen ? (
        <TextDrawer
          part="journeys"
          id={journey.journeyId}
          title={`${say('journey.edit')} · ${journey.displayName || journey.journeyId}`}
          close={() => setOpen(false)}
          beside={(draft) => {
            const drawn = newest(draft?.journeys ?? [], journey.journeyId) ?? journey
            return (
              <>
                <Suspense fallback={<Loading rows={8} />}>
                  <JourneyGraph journey={drawn} report={undefined} names={names} isTall />
                </Suspense>
                <Need roles={['operator', 'approver']} quiet>
                  <PlayDraft journey={drawn} draft={draft} />
                </Need>
              </>
            )
          }}
        />
      ) : null}
    </>
  )
}

const newest = (all: Journey[], id: string) => all.filter((each) => each.journeyId === id).sort((a, b) => b.version - a.version)[0]

/** Two versions of a journey beside each other: their graphs, and which stages and ways they have. */
export function CompareVersions({ left, right }: { left: Journey; right: Journey }) {
  const { say } = useText()
  const { names } = useCatalog()
  const ids = [...new Set([...left.stages, ...right.stages].map((each) => each.stageId))]
  const shown = (journey: Journey, id: string) => {
    const stage = journey.stages.find((each) => each.stageId === id)
    if (!stage) return <span className="quiet">{say('journey.noStage')}</span>
    return (
      <>
        {stage.displayName || id}
        <div className="quiet">{stage.transitions.map((each) => each.toStageId || say('journey.leave')).join('、') || '–'}</div>
      </>
    )
  }
  const isSame = (id: string) => {
    const text = (journey: Journey) =>
      JSON.stringify(
        journey.stages.find((each) => each.stageId === id),
        (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      )
    return text(left) === text(right)
  }
  return (
    <div className="stack">
      <div className="columns">
        {[left, right].map((each) => (
          <section key={each.version} className="w6">
            <h2 className="part-title">{say('journey.versionOf', { version: each.version })}</h2>
            <Suspense fallback={<Loading rows={8} />}>
              <JourneyGraph journey={each} report={undefined} names={names} isTall />
            </Suspense>
          </section>
        ))}
      </div>
      <Table<string>
        size="small"
        rowKey={(id) => id}
        dataSource={ids}
        pagination={false}
        scroll={{ x: 640 }}
        columns={[
          { title: say('journey.stage'), render: (_, id) => <code>{id}</code> },
          { title: say('journey.versionOf', { version: left.version }), render: (_, id) => shown(left, id) },
          { title: say('journey.versionOf', { version: right.version }), render: (_, id) => shown(right, id) },
          {
            title: '',
            render: (_, id) => (isSame(id) ? <span className="quiet">{say('journey.same')}</span> : <b>{say('journey.differs')}</b>),
          },
        ]}
      />
    </div>
  )
}
