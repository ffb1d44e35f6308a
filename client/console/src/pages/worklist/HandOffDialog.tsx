import { App as AntApp, Button, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/call'
import { useCatalog } from '../../api/catalog'
import { HandOffService, HoldOutcome } from '../../api/generated/zhice/v1/hand_off_service_pb'
import { toApiError, useChange } from '../../api/hooks'
import { toTimestamp } from '../../app/format'
import { useErrorNote } from '../../app/useErrorNote'
import { useText } from '../../i18n/useText'

interface Props {
  customerId: string
  actionId: string
  placementId: string
  /** A hand-off that this one takes the place of: it is released first. */
  replaces?: string
}

interface Values {
  placementId: string
  owner: string
  kind: string
  hours: number
  note?: string
}

const kinds = ['call_back', 'appointment', 'visit']

/** Hands a customer over to a person or a team, with what they should know. */
export function HandOffDialog({ customerId, actionId, placementId, replaces }: Props) {
  const { say, sayCode } = useText()
  const { names } = useCatalog()
  const { message } = AntApp.useApp()
  const note = useErrorNote()
  const [isOpen, setOpen] = useState(false)
  const [form] = Form.useForm<Values>()
  const handOff = useChange(HandOffService.method.handOff, 'CustomerService')
  const placements = (names.catalog?.placements ?? []).filter((each) =>
    names.actions.get(actionId)?.treatments.some((treatment) => treatment.placementIds.includes(each.placementId)),
  )
  const submit = async () => {
    const values = await form.validateFields()
    try {
      if (replaces) await call(HandOffService.method.endHold, { customerId, holdId: replaces, outcome: HoldOutcome.RELEASED })
      await handOff.mutateAsync({
        customerId,
        actionId,
        placementId: values.placementId,
        owner: values.owner.trim(),
        kind: values.kind,
        note: values.note ?? '',
        dueTime: toTimestamp(new Date(Date.now() + values.hours * 3_600_000)),
        requestId: crypto.randomUUID(),
      })
      void message.success(say('work.handedOff'))
      setOpen(false)
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {say('work.handOff')}
      </Button>
      <Modal
        open={isOpen}
        title={`${say('work.handOff')} · ${customerId}`}
        okText={say('work.handOff')}
        cancelText={say('action.cancel')}
        destroyOnHidden
        okButtonProps={{ loading: handOff.isPending }}
        onCancel={() => setOpen(false)}
        onOk={() => void submit().catch(() => undefined)}
      >
        <Form form={form} layout="vertical" initialValues={{ placementId, kind: kinds[0], hours: 24 }}>
          <Form.Item name="placementId" label={say('desk.placement')} rules={[{ required: true }]}>
            <Select options={placements.map((each) => ({ value: each.placementId, label: each.displayName || each.placementId }))} />
          </Form.Item>
          <Form.Item name="owner" label={say('work.owner')} rules={[{ required: true, max: 64 }]}>
            <Input />
          </Form.Item>
          <Form.Item name="kind" label={say('work.kind')}>
            <Select options={kinds.map((each) => ({ value: each, label: sayCode('handOffKind', each) }))} />
          </Form.Item>
          <Form.Item name="hours" label={say('work.within')}>
            <InputNumber min={1} max={2160} suffix={say('play.hours')} />
          </Form.Item>
          <Form.Item name="note" label={say('work.note')}>
            <Input.TextArea rows={2} maxLength={300} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  )
}
