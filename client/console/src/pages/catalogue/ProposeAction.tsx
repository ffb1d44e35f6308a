import { clone } from '@bufbuild/protobuf'
import { App as AntApp, Form, Input, InputNumber, Modal } from 'antd'
import { CatalogSchema, type Action, type Catalog } from '../../api/generated/zhice/v1/catalog_pb'
import { CatalogService } from '../../api/generated/zhice/v1/catalog_service_pb'
import { toApiError, useChange } from '../../api/hooks'
import { useErrorNote } from '../../app/useErrorNote'
import { useText } from '../../i18n/useText'

interface Values {
  displayName: string
  value: number
  lever: number
  comment: string
}

/** Changes the name, value or lever of an action, as a change request that another person approves. */
export function ProposeAction({
  action,
  catalog,
  etag,
  close,
}: {
  action: Action
  catalog: Catalog
  etag: string
  close: () => void
}) {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const note = useErrorNote()
  const propose = useChange(CatalogService.method.proposeCatalogChange)
  const [form] = Form.useForm<Values>()
  const submit = async () => {
    const { displayName, value, lever, comment } = await form.validateFields()
    const changed = clone(CatalogSchema, catalog)
    const target = changed.actions.find((each) => each.actionId === action.actionId)!
    target.displayName = displayName
    target.valueFen = BigInt(Math.round(value * 100))
    target.lever = lever
    try {
      const { change } = await propose.mutateAsync({
        catalog: changed,
        baseEtag: etag,
        comment,
        requestId: crypto.randomUUID(),
      })
      void message.success(say('catalogue.proposed', { id: String(change?.changeId) }))
      close()
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  return (
    <Modal
      open
      title={action.displayName || action.actionId}
      okText={say('catalogue.propose')}
      cancelText={say('action.cancel')}
      onCancel={close}
      okButtonProps={{ loading: propose.isPending }}
      onOk={() => void submit().catch(() => undefined)}
    >
      <p className="quiet">{say('catalogue.proposeNote')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ displayName: action.displayName, value: Number(action.valueFen) / 100, lever: action.lever ?? 1 }}
      >
        <Form.Item name="displayName" label={say('campaign.name')} rules={[{ required: true, max: 128 }]}>
          <Input />
        </Form.Item>
        <Form.Item name="value" label={`${say('catalogue.value')} (¥)`} rules={[{ required: true }]}>
          <InputNumber min={0} max={1e13} style={{ width: 200 }} />
        </Form.Item>
        <Form.Item name="lever" label={say('catalogue.lever')} rules={[{ required: true }]}>
          <InputNumber min={0} max={1000} step={0.1} style={{ width: 200 }} />
        </Form.Item>
        <Form.Item name="comment" label={say('catalogue.comment')} rules={[{ required: true }]}>
          <Input.TextArea rows={2} maxLength={300} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
