import { App as AntApp, Button, Dropdown, Form, Input, Modal } from 'antd'
import { EllipsisOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import {
  CampaignService,
  CampaignState,
  type CampaignReview,
  type CampaignStatus,
} from '../../api/generated/zhice/v1/campaign_service_pb'
import { useChange, toApiError } from '../../api/hooks'
import { count } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { useText } from '../../i18n/useText'

type Ending = 'pause' | 'cancel' | 'recall'

/** What may be done to a campaign now, by whom is signed in. The host decides; what it would refuse is not offered. */
export function CampaignActions({ status, review }: { status: CampaignStatus; review: CampaignReview | undefined }) {
  const { say } = useText()
  const { modal } = AntApp.useApp()
  const me = useMe()
  const navigate = useNavigate()
  const note = useErrorNote()
  const approve = useChange(CampaignService.method.approveCampaign)
  const schedule = useChange(CampaignService.method.scheduleCampaign)
  const resume = useChange(CampaignService.method.resumeCampaign)
  const [ending, setEnding] = useState<Ending | null>(null)
  const { state } = status
  const id = status.campaign!.campaignId
  const isOperator = me.hasAny(['operator'])
  const isOwn = review?.authors.includes(me.name) ?? false
  const mayEnd = ![CampaignState.FINISHED, CampaignState.CANCELLED].includes(state)
  const confirmApproval = () =>
    modal.confirm({
      title: say('campaign.approveAsk'),
      content: say('campaign.approveText', {
        customers: count(review?.audienceCustomers ?? 0n),
        action: review?.action?.displayName ?? status.campaign!.actionId,
      }),
      okText: say('campaign.approve'),
      cancelText: say('action.cancel'),
      onOk: () => approve.mutateAsync({ campaignId: id, etag: status.etag }).catch((fault: unknown) => note(toApiError(fault))),
    })
  return (
    <>
      {state === CampaignState.DRAFT && me.hasAny(['approver']) ? (
        <Button type="primary" disabled={isOwn} title={isOwn ? say('campaign.ownApproval') : ''} onClick={confirmApproval}>
          {say('campaign.approve')}
        </Button>
      ) : null}
      {state === CampaignState.APPROVED && isOperator ? (
        <Button type="primary" loading={schedule.isPending} onClick={() => schedule.mutate({ campaignId: id }, { onError: note })}>
          {say('campaign.scheduleIt')}
        </Button>
      ) : null}
      {[CampaignState.RUNNING, CampaignState.SCHEDULED].includes(state) && me.hasAny(['operator', 'ops']) ? (
        <Button onClick={() => setEnding('pause')}>{say('campaign.pause')}</Button>
      ) : null}
      {state === CampaignState.PAUSED && isOperator ? (
        <Button type="primary" loading={resume.isPending} onClick={() => resume.mutate({ campaignId: id, etag: status.etag }, { onError: note })}>
          {say('campaign.resume')}
        </Button>
      ) : null}
      {[CampaignState.DRAFT, CampaignState.APPROVED].includes(state) && isOperator ? (
        <Button onClick={() => void navigate(`/campaigns/${id}/edit`)}>{say('campaign.edit')}</Button>
      ) : null}
      {isOperator ? (
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              { key: 'copy', label: say('campaign.copy'), onClick: () => void navigate(`/campaigns/new?from=${id}`) },
              ...(status.runs.length > 0
                ? [{ key: 'recall', label: say('campaign.recall'), danger: true, onClick: () => setEnding('recall') }]
                : []),
              ...(mayEnd && state !== CampaignState.DRAFT
                ? [{ key: 'cancel', label: say('campaign.cancel'), danger: true, onClick: () => setEnding('cancel') }]
                : []),
            ],
          }}
        >
          <Button aria-label={say('action.more')} icon={<EllipsisOutlined />} />
        </Dropdown>
      ) : null}
      {ending ? <EndDialog id={id} ending={ending} close={() => setEnding(null)} /> : null}
    </>
  )
}

function EndDialog({ id, ending, close }: { id: string; ending: Ending; close: () => void }) {
  const { say } = useText()
  const note = useErrorNote()
  const changes = {
    pause: useChange(CampaignService.method.pauseCampaign),
    cancel: useChange(CampaignService.method.cancelCampaign),
    recall: useChange(CampaignService.method.recallCampaign),
  }
  const [form] = Form.useForm<{ comment: string }>()
  const end = ({ comment }: { comment: string }) =>
    changes[ending].mutateAsync({ campaignId: id, comment: comment ?? '' }).then(close, (fault: unknown) => note(toApiError(fault)))
  return (
    <Modal
      open
      title={say(`campaign.${ending}`)}
      okText={say(`campaign.${ending}`)}
      cancelText={say('action.back')}
      onCancel={close}
      okButtonProps={{ danger: ending !== 'pause', loading: changes[ending].isPending }}
      onOk={() => void form.validateFields().then(end)}
    >
      {ending === 'pause' ? null : <p>{say(`campaign.${ending}Text`)}</p>}
      <Form form={form} layout="vertical">
        <Form.Item name="comment" label={say('campaign.comment')}>
          <Input.TextArea maxLength={300} rows={2} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
