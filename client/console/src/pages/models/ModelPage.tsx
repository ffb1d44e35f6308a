import { App as AntApp, Button, Card, Descriptions, Table, Tag, Timeline } from 'antd'
import { useParams } from 'react-router'
import { useCatalog, type Names } from '../../api/catalog'
import {
  LearningService,
  ModelEventKind,
  type ModelCard,
  type ModelDescription,
} from '../../api/generated/zhice/v1/learning_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { count, dateTime, decimals, share } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { Page } from '../../components/Page'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Fairness } from './Fairness'
import { ModelHistory } from './ModelHistory'

/** The model card of an action, and what may be done to its models. */
export default function ModelPage() {
  const { actionId = '' } = useParams()
  const { say } = useText()
  const { names } = useCatalog()
  const answer = useCall(LearningService.method.getModelCard, { actionId })
  const card = answer.data?.card
  return (
    <Page
      title={names.action(actionId)}
      roles={['analyst', 'operator', 'approver', 'audit-admin']}
      beside={
        <>
          <code>{actionId}</code>
          {card ? (
            <Tag variant="filled" color={card.isFrozen ? 'orange' : 'cyan'}>
              {say(card.isFrozen ? 'model.frozen' : 'model.learning')}
            </Tag>
          ) : null}
        </>
      }
      actions={card ? <Changes card={card} /> : null}
    >
      <Answered of={answer} rows={10}>
        {(data) => <Shown card={data.card!} names={names} />}
      </Answered>
    </Page>
  )
}

function Changes({ card }: { card: ModelCard }) {
  const { say } = useText()
  const { modal } = AntApp.useApp()
  const me = useMe()
  const note = useErrorNote()
  const changes = {
    freeze: useChange(LearningService.method.freezeModel),
    unfreeze: useChange(LearningService.method.unfreezeModel),
    challenge: useChange(LearningService.method.startChallenger),
    promote: useChange(LearningService.method.promoteChallenger),
  }
  const ask = (what: keyof typeof changes) =>
    modal.confirm({
      title: say(`model.${what}`),
      okText: say(`model.${what}`),
      cancelText: say('action.cancel'),
      onOk: () =>
        changes[what].mutateAsync({ actionId: card.actionId }).then(
          () => undefined,
          (fault: unknown) => note(toApiError(fault)),
        ),
    })
  return (
    <>
      {me.hasAny(['operator', 'ops']) ? (
        <Button onClick={() => ask(card.isFrozen ? 'unfreeze' : 'freeze')}>
          {say(card.isFrozen ? 'model.unfreeze' : 'model.freeze')}
        </Button>
      ) : null}
      {me.hasAny(['operator']) ? <Button onClick={() => ask('challenge')}>{say('model.challenge')}</Button> : null}
      {card.challenger && me.hasAny(['approver']) ? (
        <Button type="primary" onClick={() => ask('promote')}>
          {say('model.promote')}
        </Button>
      ) : null}
    </>
  )
}

function Shown({ card, names }: { card: ModelCard; names: Names }) {
  const { say, sayCode } = useText()
  return (
    <div className="columns">
      <div className="stack w7">
        <Card title={say('model.card')} extra={<span className="as-of">{say('asOf', { time: dateTime(card.writeTime) })}</span>}>
          <Descriptions
            column={1}
            size="small"
            items={[
              { key: 'kind', label: say('model.kind'), children: card.modelKind },
              { key: 'use', label: say('model.use'), children: card.intendedUse },
              {
                key: 'limits',
                label: say('model.limits'),
                children: (
                  <ul className="plain-list">
                    {card.limits.map((each) => (
                      <li key={each}>{each}</li>
                    ))}
                  </ul>
                ),
              },
              {
                key: 'tags',
                label: say('model.tags'),
                children: (
                  <span className="row">
                    {card.tags.map((each) => (
                      <span key={each.tagId}>{names.tag(each.tagId)}</span>
                    ))}
                  </span>
                ),
              },
            ]}
          />
        </Card>
        <Fairness actionId={card.actionId} placementIds={card.placementIds} names={names} />
      </div>
      <div className="stack w5 first-when-narrow">
        <ModelHistory actionId={card.actionId} />
        {card.champion ? <Description title={say('model.champion')} model={card.champion} /> : null}
        {card.challenger ? <Description title={say('model.challenger')} model={card.challenger} /> : null}
        <Card title={say('model.events')}>
          {card.events.length === 0 ? (
            <span className="quiet">–</span>
          ) : (
            <Timeline
              items={[...card.events].reverse().map((event, i) => ({
                key: i,
                content: (
                  <div className="timeline-item">
                    <time>{dateTime(event.time)}</time>
                    <b>{event.actor}</b>
                    {sayCode('model.event', ModelEventKind[event.kind]!)}
                  </div>
                ),
              }))}
            />
          )}
        </Card>
      </div>
    </div>
  )
}

function Description({ title, model }: { title: string; model: ModelDescription }) {
  const { say } = useText()
  const score = (value: number | undefined) => (value === undefined ? '–' : decimals(value, 4))
  return (
    <Card title={title}>
      <Table
        size="small"
        pagination={false}
        showHeader={false}
        rowKey="name"
        dataSource={[
          { name: say('model.learned'), value: count(model.score?.learned ?? 0n) },
          { name: say('model.auc'), value: score(model.score?.auc) },
          { name: say('model.logLoss'), value: score(model.score?.logLoss) },
          { name: say('model.calibration'), value: score(model.score?.calibrationError) },
          { name: say('model.prior'), value: share(model.prior, 2) },
          { name: say('model.features'), value: count(model.featureCount) },
          { name: `${say('model.lessons')}: ${say('model.accepted')}`, value: count(model.lessons?.accepted ?? 0n) },
          { name: `${say('model.lessons')}: ${say('model.notAccepted')}`, value: count(model.lessons?.notAccepted ?? 0n) },
          { name: say('model.hash'), value: <code>{model.weightsSha256.slice(0, 16)}…</code> },
        ]}
        columns={[{ dataIndex: 'name' }, { dataIndex: 'value', align: 'right' }]}
      />
    </Card>
  )
}
