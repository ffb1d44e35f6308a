import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { App as AntApp, Button, Card, Form, Steps } from 'antd'
import { useEffect, useState } from 'react'
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { CampaignSchema, CampaignService, type Campaign } from '../../api/generated/zhice/v1/campaign_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { useErrorNote } from '../../app/useErrorNote'
import { Page } from '../../components/Page'
import { Loading } from '../../components/states'
import { useText } from '../../i18n/useText'
import { emptyDraft, toCampaign, toDraft, type Draft } from './draft'
import { LimitsStep, ReviewStep, WhatStep, WhenStep, WhoStep } from './WizardSteps'

const steps = ['who', 'what', 'limits', 'when', 'review'] as const
const fieldsOf: Record<(typeof steps)[number], (keyof Draft)[]> = {
  who: ['displayName', 'campaignId', 'audienceId', 'audience'],
  what: ['actionId', 'placementIds'],
  limits: ['holdout', 'perSecond', 'perDay', 'budget', 'cost', 'windowFrom', 'windowUntil', 'expiryHours'],
  when: ['kind', 'start', 'intervalHours', 'eventTypeId'],
  review: [],
}

/** Makes or changes a campaign in five steps; nothing is saved before the last one. */
export default function CampaignWizard() {
  const { campaignId } = useParams()
  const [params] = useSearchParams()
  const { state } = useLocation() as { state: { draft?: JsonValue } | null }
  const source = campaignId ?? params.get('from') ?? ''
  const loaded = useCall(CampaignService.method.getCampaign, { campaignId: source }, { enabled: source !== '' })
  if (source !== '' && !loaded.data?.status) return <Loading rows={10} />
  const status = loaded.data?.status
  if (campaignId === undefined && state?.draft) {
    const draft = fromJson(CampaignSchema, state.draft)
    return <Wizard key="plan" start={toDraft(draft)} before={draft} etag="new" />
  }
  const isCopy = campaignId === undefined && source !== ''
  const start: Draft = status?.campaign
    ? { ...toDraft(status.campaign), ...(isCopy ? { campaignId: '', start: '' } : {}) }
    : { ...emptyDraft, audienceId: params.get('audience') ?? '' }
  return <Wizard key={source} start={start} before={status?.campaign} etag={isCopy || !status ? 'new' : status.etag} />
}

function Wizard({ start, before, etag }: { start: Draft; before: Campaign | undefined; etag: string }) {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const navigate = useNavigate()
  const note = useErrorNote()
  const [form] = Form.useForm<Draft>()
  const [at, setAt] = useState(0)
  const save = useChange(CampaignService.method.saveCampaign)
  const isNew = etag === 'new'
  useEffect(() => form.setFieldsValue(start), [])
  const draft = { ...start, ...form.getFieldsValue(true) } as Draft
  const step = steps[at]!
  const next = async () => {
    await form.validateFields(fieldsOf[step])
    setAt(at + 1)
  }
  const submit = async () => {
    try {
      const campaign = toCampaign(draft, before)
      await save.mutateAsync({ campaign, etag })
      void message.success(say('state.done'))
      void navigate(`/campaigns/${campaign.campaignId}`)
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  return (
    <Page
      title={say(isNew ? 'wizard.title' : 'wizard.editTitle')}
      roles={['operator']}
      beside={isNew ? null : <code>{start.campaignId}</code>}
    >
      <Card>
        <div className="stack">
          <Steps
            size="small"
            current={at}
            onChange={(to) => {
              if (to < at) setAt(to)
            }}
            items={steps.map((each) => ({ title: say(`wizard.${each}`) }))}
          />
          <Form form={form} layout="vertical" className="wizard" initialValues={start} preserve>
            {step === 'who' ? <WhoStep isNew={isNew} /> : null}
            {step === 'what' ? <WhatStep /> : null}
            {step === 'limits' ? <LimitsStep /> : null}
            {step === 'when' ? <WhenStep /> : null}
            {step === 'review' ? <ReviewStep draft={draft} start={isNew ? null : start} campaign={toCampaign(draft, before)} /> : null}
          </Form>
          <div className="row">
            {at > 0 ? <Button onClick={() => setAt(at - 1)}>{say('action.previous')}</Button> : null}
            {at < steps.length - 1 ? (
              <Button type="primary" onClick={() => void next().catch(() => undefined)}>
                {say('action.next')}
              </Button>
            ) : (
              <Button type="primary" loading={save.isPending} onClick={() => void submit()}>
                {say('wizard.saveDraft')}
              </Button>
            )}
          </div>
        </div>
      </Card>
    </Page>
  )
}
