import { App as AntApp, Button, Form, Input, Modal, Select } from 'antd'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Names } from '../../api/catalog'
import {
  BehaviorService,
  type BehaviorBasis,
  type SaveBehaviorAudienceRequestSchema,
} from '../../api/generated/zhice/v1/behavior_service_pb'
import { toApiError, useChange } from '../../api/hooks'
import { count, share } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { AsOf } from '../../components/figures'
import { Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** Chooses types of events: of the catalogue, and the answers to offers. */
export function EventSelect({
  value,
  onChange,
  names,
  label,
  most,
}: {
  value: string[]
  onChange: (ids: string[]) => void
  names: Names
  label: string
  most: number
}) {
  const own = (names.catalog?.eventTypes ?? []).map((each) => ({ value: each.eventTypeId, label: each.displayName || each.eventTypeId }))
  const { sayCode } = useText()
  const answers = ['impression', 'click', 'acceptance', 'dismissal'].map((id) => ({
    value: id,
    label: sayCode('feedback', id.toUpperCase()),
  }))
  return most === 1 ? (
    <Select
      value={value[0] ?? null}
      onChange={(id: string) => onChange([id])}
      style={{ minWidth: 200 }}
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={label}
      placeholder={label}
      options={[...own, ...answers]}
    />
  ) : (
    <Select
      mode="multiple"
      maxCount={most}
      value={value}
      onChange={onChange}
      style={{ minWidth: 320, maxWidth: '100%' }}
      aria-label={label}
      placeholder={label}
      showSearch={{ optionFilterProp: 'label' }}
      options={[...own, ...answers]}
    />
  )
}

/** The name of a type of event, also of answers. */
export function eventName(id: string, names: Names, sayCode: (kind: string, code: string) => string): string {
  const known = sayCode('feedback', id.toUpperCase())
  return known === id.toUpperCase() ? names.eventType(id) : known
}

/** What the figures are of; and why there are none. */
export function Basis({ basis }: { basis: BehaviorBasis | undefined }) {
  const { say } = useText()
  if (!basis) return null
  if (basis.fewerThan > 0n) return <Nothing text={say('behaviour.tooFew', { count: count(basis.fewerThan) })} />
  if (basis.events === 0n) return <Nothing text={say('behaviour.none')} />
  return (
    <span className="row">
      <span className="quiet">
        {say('behaviour.basis', {
          events: count(basis.events),
          customers: count(basis.customers),
          from: basis.fromDate,
          to: basis.toDate,
        })}
      </span>
      {basis.share > 0 && basis.share < 1 ? <span className="quiet">{say('behaviour.sample', { share: share(basis.share) })}</span> : null}
      <AsOf time={basis.asOfTime} />
    </span>
  )
}

type Part = Pick<MessageInitShape<typeof SaveBehaviorAudienceRequestSchema>, 'scope' | 'part'>

/** Saves the customers of a part of an analysis as an audience. */
export function SaveAudience({ part, text }: { part: Part; text: string }) {
  const { say } = useText()
  const me = useMe()
  const { message } = AntApp.useApp()
  const navigate = useNavigate()
  const note = useErrorNote()
  const save = useChange(BehaviorService.method.saveBehaviorAudience, 'AudienceService')
  const [isOpen, setOpen] = useState(false)
  const [form] = Form.useForm<{ audienceId: string; displayName: string }>()
  if (!me.hasAny(['operator'])) return null
  const submit = async () => {
    const { audienceId, displayName } = await form.validateFields()
    try {
      const { audience } = await save.mutateAsync({ ...part, audience: { audienceId, displayName }, etag: 'new' })
      void message.success(say('audience.saved', { version: String(audience?.version) }))
      void navigate(`/audiences/${audienceId}`)
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {text}
      </Button>
      <Modal
        open={isOpen}
        title={text}
        okText={say('audience.save')}
        cancelText={say('action.cancel')}
        destroyOnHidden
        okButtonProps={{ loading: save.isPending }}
        onCancel={() => setOpen(false)}
        onOk={() => void submit().catch(() => undefined)}
      >
        <Form form={form} layout="vertical">
          <Form.Item name="displayName" label={say('audience.name')} rules={[{ required: true, max: 128 }]}>
            <Input />
          </Form.Item>
          <Form.Item
            name="audienceId"
            label={say('audience.id')}
            rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,63}$/, message: say('campaign.idHint') }]}
          >
            <Input />
          </Form.Item>
        </Form>
      </Modal>
    </>
  )
}
