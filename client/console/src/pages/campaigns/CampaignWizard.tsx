import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { App as AntApp, Button, Card, Form, Steps } from 'antd'
import { useEffect } from 'react'
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { CampaignSchema, CampaignService, type Campaign } from '../../api/generated/zhice/v1/campaign_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { keep, useKept } from '../../app/kept'
import { useErrorNote } from '../../app/useErrorNote'
import { DraftIsBack } from '../../components/DraftIsBack'
import { Page } from '../../components/Page'
import { Failed, Loading } from '../../components/states'
import { useText } from '../../i18n/useText'
import { emptyDraft, toCampaign, toDraft, type Draft } from './draft'
import { LimitsStep, ReviewStep, WhatStep, WhenStep, WhoStep } from './WizardSteps'

const steps = ['who', 'what', 'limits', 'when', 'review'] as const
type Step = (typeof steps)[number]
const fieldsOf: Record<Step, (keyof Draft)[]> = {
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
  if (loaded.error) return <Failed error={loaded.error} retry={() => void loaded.refetch()} />
  if (source !== '' && !loaded.data?.status) return <Loading rows={10} />
  const status = loaded.data?.status
  if (campaignId === undefined && state?.draft) {
    const draft = fromJson(CampaignSchema, state.draft)
    return <Wizard key="plan" name={`campaign.plan.${draft.campaignId}`} start={toDraft(draft)} before={draft} etag="new" />
  }
  const isCopy = campaignId === undefined && source !== ''
  const start: Draft = status?.campaign
    ? { ...toDraft(status.campaign), ...(isCopy ? { campaignId: '', start: '' } : {}) }
    : { ...emptyDraft, audienceId: params.get('audience') ?? '' }
  const name = `campaign.${isCopy ? 'copy' : 'edit'}.${source}.${status?.etag ?? params.get('audience') ?? ''}`
  return <Wizard key={source} name={name} start={start} before={status?.campaign} etag={isCopy || !status ? 'new' : status.etag} />
}

/** What of a wizard outlives a reload and a sign-in: what was typed, and how far it came. */
interface Progress {
  values: Partial<Draft>
  reached: number
}

function Wizard({ start, before, etag, name }: { start: Draft; before: Campaign | undefined; etag: string; name: string }) {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const navigate = useNavigate()
  const note = useErrorNote()
  const [form] = Form.useForm<Draft>()
  const [params, setParams] = useSearchParams()
  const { state } = useLocation()
  const kept = useKept<Progress>(name, { values: {}, reached: 0 })
  const save = useChange(CampaignService.method.saveCampaign)
  const isNew = etag === 'new'
  const begun = { ...start, ...kept.value.values }
  // The step is in the address, so that the browser's way back leads to the step before; no further than all before are right.
  const at = Math.min(Math.max(0, steps.indexOf(params.get('step') as Step)), kept.value.reached)
  const go = (to: number) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        if (to === 0) next.delete('step')
        else next.set('step', steps[to]!)
        return next
      },
      { state },
    )
  useEffect(() => form.setFieldsValue(begun), [])
  const draft = { ...begun, ...form.getFieldsValue(true) } as Draft
  const step = steps[at]!
  const next = async () => {
    await form.validateFields(fieldsOf[step])
    kept.set({ values: form.getFieldsValue(true) as Draft, reached: Math.max(kept.value.reached, at + 1) })
    go(at + 1)
  }
  const submit = async () => {
    try {
      const campaign = toCampaign(draft, before)
      await save.mutateAsync({ campaign, etag })
      kept.drop()
      void message.success(say('state.done'))
      void navigate(`/campaigns/${campaign.campaignId}`)
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  const discard = () => {
    kept.drop()
    form.resetFields()
    form.setFieldsValue(start)
    go(0)
  }
  return (
    <Page
      title={say(isNew ? 'wizard.title' : 'wizard.editTitle')}
      roles={['operator']}
      beside={isNew ? null : <code>{start.campaignId}</code>}
    >
      <Card>
        <div className="stack">
          {kept.isBack ? <DraftIsBack discard={discard} /> : null}
          <Steps
            size="small"
            current={at}
            onChange={(to) => {
              if (to < at) go(to)
            }}
            items={steps.map((each) => ({ title: say(`wizard.${each}`) }))}
          />
          <Form
            form={form}
            layout="vertical"
            className="wizard"
            initialValues={begun}
            preserve
            onValuesChange={() => keep(name, { values: form.getFieldsValue(true) as Draft, reached: kept.value.reached })}
          >
            {step === 'who' ? <WhoStep isNew={isNew} /> : null}
            {step === 'what' ? <WhatStep /> : null}
            {step === 'limits' ? <LimitsStep /> : null}
            {step === 'when' ? <WhenStep /> : null}
            {step === 'review' ? (
              <ReviewStep draft={draft} start={isNew ? null : start} campaign={toCampaign(draft, before)} />
            ) : null}
          </Form>
          <div className="row">
            {at > 0 ? <Button onClick={() => go(at - 1)}>{say('action.previous')}</Button> : null}
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
