import { App as AntApp, Button, Form, Input, Modal, Select, Table, Timeline } from 'antd'
import { useState } from 'react'
import { useCatalog, type Names } from '../../api/catalog'
import { named } from '../../api/enums'
import { CampaignService, CampaignState } from '../../api/generated/zhice/v1/campaign_service_pb'
import { StopKind, StopService, type Stop } from '../../api/generated/zhice/v1/stop_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { dateTime } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

const target = ({ kind, targetId }: Stop, names: Names) =>
  kind === StopKind.CHANNEL ? names.channel(targetId) : kind === StopKind.ACTION ? names.action(targetId) : targetId || '–'

/** The kill switches: what is in force, and who changed what. */
export function Stops() {
  const { say, sayCode } = useText()
  const { names } = useCatalog()
  const { modal, message } = AntApp.useApp()
  const me = useMe()
  const note = useErrorNote()
  const stops = useCall(StopService.method.listStops, {}, { every: 10_000 })
  const lift = useChange(StopService.method.liftStop)
  const [isSetting, setSetting] = useState(false)
  const mayChange = me.hasAny(['operator', 'ops'])
  const ask = ({ kind, targetId, time }: Stop) =>
    modal.confirm({
      title: say('stop.liftAsk'),
      okText: say('stop.lift'),
      cancelText: say('action.cancel'),
      onOk: () =>
        lift.mutateAsync({ kind, targetId, setTime: time }).then(
          ({ wasInForce, appliedSilos, allSilos }) =>
            wasInForce
              ? void message.success(say('stop.applied', { applied: appliedSilos, all: allSilos }))
              : void message.info(say('stop.goneBefore')),
          (fault: unknown) => note(toApiError(fault)),
        ),
    })
  return (
    <Answered of={stops}>
      {(list) => (
        <div className="stack">
          {mayChange ? (
            <div>
              <Button danger onClick={() => setSetting(true)}>
                {say('stop.set')}
              </Button>
            </div>
          ) : null}
          <Table<Stop>
            size="small"
            rowKey={(stop) => `${stop.kind}${stop.targetId}`}
            pagination={false}
            dataSource={list.stops}
            scroll={{ x: 620 }}
            locale={{ emptyText: <Nothing text={say('stop.none')} /> }}
            columns={[
              { title: say('stop.kind'), render: (_, stop) => named(sayCode, 'stopKind', stop.kind) },
              { title: say('stop.target'), render: (_, stop) => target(stop, names) },
              { title: say('stop.comment'), dataIndex: 'comment' },
              { title: say('stop.by'), dataIndex: 'actor' },
              { title: say('stop.time'), render: (_, stop) => dateTime(stop.time) },
              ...(mayChange
                ? [
                    {
                      title: '',
                      key: 'lift',
                      render: (_: unknown, stop: Stop) => (
                        <Button size="small" onClick={() => ask(stop)}>
                          {say('stop.lift')}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
          {list.log.length > 0 ? (
            <section>
              <h2 className="part-title">{say('stop.log')}</h2>
              <Timeline
                items={list.log.slice(0, 30).map((change, i) => ({
                  key: i,
                  content: (
                    <div className="timeline-item">
                      <time>{dateTime(change.stop?.time)}</time>
                      <b>{change.stop?.actor}</b>
                      <span>
                        {say(change.isSet ? 'stop.wasSet' : 'stop.wasLifted')} {named(sayCode, 'stopKind', change.stop?.kind ?? 0)}{' '}
                        {change.stop ? target(change.stop, names) : ''} <span className="quiet">{change.stop?.comment}</span>
                      </span>
                    </div>
                  ),
                }))}
              />
            </section>
          ) : null}
          {isSetting ? <StopDialog close={() => setSetting(false)} /> : null}
        </div>
      )}
    </Answered>
  )
}

const stoppable = [CampaignState.APPROVED, CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED]

function StopDialog({ close }: { close: () => void }) {
  const { say, sayCode } = useText()
  const { catalog } = useCatalog()
  const { message } = AntApp.useApp()
  const note = useErrorNote()
  const campaigns = useCall(CampaignService.method.listCampaigns, { pageSize: 100, states: stoppable })
  const set = useChange(StopService.method.setStop)
  const [form] = Form.useForm<{ kind: StopKind; targetId?: string; comment: string }>()
  const kind = Form.useWatch('kind', form) ?? StopKind.CHANNEL
  const options =
    kind === StopKind.CHANNEL
      ? (catalog?.channels ?? []).map((each) => ({ value: each.channelId, label: each.displayName }))
      : kind === StopKind.ACTION
        ? (catalog?.actions ?? []).map((each) => ({ value: each.actionId, label: each.displayName }))
        : (campaigns.data?.campaigns ?? []).map(({ campaign }) => ({
            value: campaign!.campaignId,
            label: campaign!.displayName || campaign!.campaignId,
          }))
  const submit = async () => {
    const values = await form.validateFields()
    try {
      const { appliedSilos, allSilos } = await set.mutateAsync({
        kind: values.kind,
        targetId: values.targetId ?? '',
        comment: values.comment,
      })
      void message.success(say('stop.applied', { applied: appliedSilos, all: allSilos }))
      close()
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  return (
    <Modal
      open
      title={say('stop.set')}
      okText={say('stop.set')}
      okButtonProps={{ danger: true, loading: set.isPending }}
      cancelText={say('action.cancel')}
      onCancel={close}
      onOk={() => void submit().catch(() => undefined)}
    >
      <Form form={form} layout="vertical" initialValues={{ kind: StopKind.CHANNEL }}>
        <Form.Item name="kind" label={say('stop.kind')}>
          <Select
            onChange={() => form.setFieldValue('targetId', undefined)}
            options={[StopKind.MARKETING, StopKind.CHANNEL, StopKind.ACTION, StopKind.CAMPAIGN].map((each) => ({
              value: each,
              label: named(sayCode, 'stopKind', each),
            }))}
          />
        </Form.Item>
        {kind === StopKind.MARKETING ? null : (
          <Form.Item name="targetId" label={say('stop.target')} rules={[{ required: true }]}>
            <Select showSearch={{ optionFilterProp: 'label' }} options={options} />
          </Form.Item>
        )}
        <Form.Item name="comment" label={say('stop.comment')} rules={[{ required: true }]}>
          <Input.TextArea rows={2} maxLength={300} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
