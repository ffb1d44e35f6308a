import { App as AntApp, Button, Card, Empty, Segmented, Select, Table, Tag } from 'antd'
import { Link } from 'react-router'
import { useCatalog, type Names } from '../../api/catalog'
import { HandOffService, HoldOutcome, type WaitingHandOff } from '../../api/generated/zhice/v1/hand_off_service_pb'
import { useCall, useChange } from '../../api/hooks'
import { dateTime, toDate } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { useErrorNote } from '../../app/useErrorNote'
import { useFilter } from '../../app/useFilter'
import { Page } from '../../components/Page'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { HandOffDialog } from './HandOffDialog'

/** What waits for people at a desk: whom to talk to, about what, until when; and what came of it. */
export default function WorkList() {
  const { say } = useText()
  const me = useMe()
  const { names } = useCatalog()
  const channels = names.catalog?.channels ?? []
  const [channelId, setChannel] = useFilter(
    'channel',
    channels.some((each) => each.channelId === 'branch') ? 'branch' : (channels[0]?.channelId ?? ''),
  )
  const [whose, setWhose] = useFilter('of', 'all')
  const waiting = useCall(
    HandOffService.method.listHandOffs,
    { channelId, owner: whose === 'mine' ? me.name : '', pageSize: 1_000 },
    { enabled: channelId !== '', every: 15_000 },
  )
  return (
    <Page title={say('nav.worklist')} roles={pageRoles.worklist}>
      <Card>
        <div className="stack">
          <div className="row">
            <Select
              value={channelId}
              onChange={setChannel}
              style={{ width: 200 }}
              aria-label={say('delivery.channel')}
              options={channels.map((each) => ({ value: each.channelId, label: each.displayName || each.channelId }))}
            />
            <Segmented
              value={whose}
              onChange={setWhose}
              aria-label={say('work.whose')}
              options={[
                { value: 'all', label: say('work.all') },
                { value: 'mine', label: say('work.mine') },
              ]}
            />
          </div>
          <Answered of={waiting} rows={8}>
            {({ handOffs, nextPageToken }) => (
              <>
                <Tasks tasks={handOffs} names={names} />
                {nextPageToken ? <span className="quiet">{say('work.more')}</span> : null}
              </>
            )}
          </Answered>
        </div>
      </Card>
    </Page>
  )
}

function Tasks({ tasks, names }: { tasks: WaitingHandOff[]; names: Names }) {
  const { say, sayCode } = useText()
  const due = (task: WaitingHandOff) => (task.dueTime ? toDate(task.dueTime).getTime() : Infinity)
  const sorted = [...tasks].sort((a, b) => due(a) - due(b))
  return (
    <Table<WaitingHandOff>
      size="small"
      rowKey="holdId"
      dataSource={sorted}
      scroll={{ x: 820 }}
      pagination={{ pageSize: 20, showSizeChanger: false, hideOnSinglePage: true }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={say('work.none')} /> }}
      expandable={{
        defaultExpandedRowKeys: sorted.slice(0, 1).map((task) => task.holdId),
        expandedRowRender: (task) => <Talk task={task} />,
      }}
      columns={[
        {
          title: say('work.due'),
          width: 200,
          render: (_, task) => (
            <>
              {dateTime(task.dueTime)}{' '}
              {due(task) < Date.now() ? (
                <Tag color="red" variant="filled">
                  {say('work.overdue')}
                </Tag>
              ) : null}
            </>
          ),
        },
        {
          title: say('work.customer'),
          render: (_, task) => <Link to={`/customers/${encodeURIComponent(task.customerId)}?tab=desk`}>{task.customerId}</Link>,
        },
        {
          title: say('work.about'),
          render: (_, task) => (
            <>
              {names.action(task.actionId)}
              <div className="quiet">{sayCode('handOffKind', task.kind)}</div>
            </>
          ),
        },
        {
          title: say('work.note'),
          render: (_, task) => task.note || (task.journeyId ? names.journey(task.journeyId) : <span className="quiet">–</span>),
        },
        { title: say('work.owner'), dataIndex: 'owner' },
        { title: '', key: 'end', render: (_, task) => <Answers task={task} /> },
      ]}
    />
  )
}

function Talk({ task }: { task: WaitingHandOff }) {
  const { say } = useText()
  return (
    <div>
      <h3 className="part-title">{say('work.talk')}</h3>
      <b>{task.talk?.title}</b>
      <p>{task.talk?.body}</p>
      <span className="quiet">{say('work.since', { time: dateTime(task.createTime) })}</span>
    </div>
  )
}

function Answers({ task }: { task: WaitingHandOff }) {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const note = useErrorNote()
  const end = useChange(HandOffService.method.endHold, 'CustomerService')
  const answer = (outcome: HoldOutcome) =>
    end.mutate(
      { customerId: task.customerId, holdId: task.holdId, outcome },
      { onSuccess: () => void message.success(say('desk.recorded')), onError: note },
    )
  return (
    <span className="row">
      <Button size="small" type="primary" loading={end.isPending} onClick={() => answer(HoldOutcome.ACCEPTED)}>
        {say('desk.accept')}
      </Button>
      <Button size="small" loading={end.isPending} onClick={() => answer(HoldOutcome.DISMISSED)}>
        {say('desk.dismiss')}
      </Button>
      <HandOffDialog customerId={task.customerId} actionId={task.actionId} placementId={task.placementId} replaces={task.holdId} />
    </span>
  )
}
