import { Form, Input, InputNumber, Segmented, Select } from 'antd'
import { useCatalog } from '../../api/catalog'
import { Purpose } from '../../api/generated/zhice/v1/catalog_pb'
import type { Campaign } from '../../api/generated/zhice/v1/campaign_service_pb'
import { useAudiences } from '../../api/audiences'
import { useLater } from '../../app/useLater'
import { Condition } from '../../components/Condition'
import { useText } from '../../i18n/useText'
import { AudienceSize } from '../audiences/AudienceSize'
import { CampaignDefinition } from './CampaignDefinition'
import { differences, type Draft } from './draft'
import { Rehearsal } from './Rehearsal'

const clockPattern = /^([01]\d|2[0-3]):[0-5]\d$/

export function WhoStep({ isNew }: { isNew: boolean }) {
  const { say } = useText()
  const form = Form.useFormInstance<Draft>()
  const saved = useAudiences()
  const audienceId = Form.useWatch('audienceId', form) ?? ''
  const expression = useLater((Form.useWatch('audience', form) ?? '').trim(), 500)
  return (
    <div className="columns">
      <div className="w7">
        <div className="row form-row">
          <Form.Item name="displayName" label={say('campaign.name')} rules={[{ required: true, max: 128 }]}>
            <Input style={{ width: 260 }} />
          </Form.Item>
          <Form.Item
            name="campaignId"
            label={say('campaign.id')}
            rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,63}$/, message: say('campaign.idHint') }]}
          >
            <Input style={{ width: 240 }} disabled={!isNew} />
          </Form.Item>
        </div>
        <Form.Item name="audienceId" label={say('wizard.saved')} style={{ marginTop: 16 }}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            loading={saved.isPending}
            options={(saved.data ?? []).map((each) => ({
              value: each.audienceId,
              label: each.displayName || each.audienceId,
            }))}
          />
        </Form.Item>
        <Form.Item
          name="audience"
          label={say('wizard.condition')}
          extra={say('wizard.conditionHint')}
          dependencies={['audienceId']}
          rules={[
            {
              validator: (_, value: string) =>
                value?.trim() || form.getFieldValue('audienceId')
                  ? Promise.resolve()
                  : Promise.reject(new Error(say('wizard.atLeastOne'))),
            },
          ]}
        >
          <Condition />
        </Form.Item>
      </div>
      <div className="w5">
        <AudienceSize audience={{ audienceId, expression }} isReady={audienceId !== '' || expression !== ''} />
      </div>
    </div>
  )
}

export function WhatStep() {
  const { say } = useText()
  const { catalog, names } = useCatalog()
  const form = Form.useFormInstance<Draft>()
  const actionId = Form.useWatch('actionId', form) ?? form.getFieldValue('actionId')
  const action = names.actions.get(actionId)
  const fitting = new Set((action?.treatments ?? []).flatMap((each) => each.placementIds))
  const placements = (catalog?.placements ?? []).filter((each) => fitting.size === 0 || fitting.has(each.placementId))
  return (
    <div className="columns">
      <div className="w7">
        <Form.Item name="actionId" label={say('campaign.action')} rules={[{ required: true }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={(catalog?.actions ?? [])
              .filter((each) => each.purpose !== Purpose.REGULATORY)
              .map((each) => ({ value: each.actionId, label: `${each.displayName || each.actionId}` }))}
          />
        </Form.Item>
        <Form.Item
          name="placementIds"
          label={say('campaign.placements')}
          extra={say('wizard.placementsHint')}
          rules={[{ required: true }]}
        >
          <Select
            mode="multiple"
            maxCount={8}
            options={placements.map((each) => ({ value: each.placementId, label: each.displayName || each.placementId }))}
          />
        </Form.Item>
      </div>
      <div className="w5">
        {action ? (
          <ul className="list">
            {action.treatments.map((each) => (
              <li key={each.treatmentId}>
                <span>
                  <b>{each.content?.title}</b>
                  <div>{each.content?.body}</div>
                </span>
                <span className="quiet">{each.placementIds.map(names.placement).join('、')}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  )
}

export function LimitsStep() {
  const { say } = useText()
  const number = (name: keyof Draft, label: string, most: number, extra?: string) => (
    <Form.Item name={name} label={label} extra={extra}>
      <InputNumber min={0} max={most} style={{ width: 200 }} />
    </Form.Item>
  )
  return (
    <div className="grid-form">
      {number('holdout', `${say('campaign.holdout')} (%)`, 90, say('wizard.holdoutHint'))}
      {number('perSecond', `${say('campaign.perSecond')} (0 = ${say('campaign.noLimit')})`, 100_000)}
      {number('perDay', `${say('campaign.perDay')} (0 = ${say('campaign.noLimit')})`, 1e9)}
      {number('budget', `${say('campaign.budget')} (¥, 0 = ${say('campaign.noLimit')})`, 1e10)}
      {number('cost', `${say('campaign.cost')} (¥)`, 1e6)}
      <Form.Item name="expiryHours" label={say('wizard.expiryHours')}>
        <InputNumber min={1 / 60} max={720} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item label={say('campaign.window')}>
        <div className="row">
          <Form.Item name="windowFrom" noStyle rules={[{ pattern: clockPattern }]}>
            <Input aria-label={`${say('campaign.window')} 1`} style={{ width: 90 }} placeholder="09:00" />
          </Form.Item>
          –
          <Form.Item name="windowUntil" noStyle rules={[{ pattern: clockPattern }]}>
            <Input aria-label={`${say('campaign.window')} 2`} style={{ width: 90 }} placeholder="21:00" />
          </Form.Item>
        </div>
      </Form.Item>
    </div>
  )
}

export function WhenStep() {
  const { say } = useText()
  const { catalog } = useCatalog()
  const form = Form.useFormInstance<Draft>()
  const kind = Form.useWatch('kind', form) ?? form.getFieldValue('kind')
  return (
    <>
      <Form.Item name="kind" label={say('campaign.schedule')}>
        <Segmented
          options={(['oneOff', 'recurring', 'trigger'] as const).map((each) => ({
            value: each,
            label: say(`wizard.kind.${each}`),
          }))}
        />
      </Form.Item>
      {kind === 'trigger' ? (
        <Form.Item name="eventTypeId" label={say('wizard.event')} rules={[{ required: true }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            style={{ maxWidth: 360 }}
            options={(catalog?.eventTypes ?? []).map((each) => ({
              value: each.eventTypeId,
              label: each.displayName || each.eventTypeId,
            }))}
          />
        </Form.Item>
      ) : (
        <Form.Item name="start" label={say('wizard.start')} extra={say('wizard.startHint')}>
          <Input type="datetime-local" style={{ maxWidth: 240 }} />
        </Form.Item>
      )}
      {kind === 'recurring' ? (
        <Form.Item name="intervalHours" label={say('wizard.interval')} rules={[{ required: true }]}>
          <InputNumber min={1 / 60} max={8_784} style={{ width: 200 }} />
        </Form.Item>
      ) : null}
    </>
  )
}

const fieldTexts = {
  displayName: 'campaign.name',
  audienceId: 'wizard.saved',
  audience: 'wizard.condition',
  actionId: 'campaign.action',
  placementIds: 'campaign.placements',
  holdout: 'campaign.holdout',
  perSecond: 'campaign.perSecond',
  perDay: 'campaign.perDay',
  budget: 'campaign.budget',
  cost: 'campaign.cost',
  windowFrom: 'campaign.window',
  windowUntil: 'campaign.window',
  expiryHours: 'wizard.expiryHours',
  kind: 'campaign.schedule',
  start: 'wizard.start',
  intervalHours: 'wizard.interval',
  eventTypeId: 'wizard.event',
  campaignId: 'campaign.id',
} as const

export function ReviewStep({ draft, start, campaign }: { draft: Draft; start: Draft | null; campaign: Campaign }) {
  const { say } = useText()
  const changes = start ? differences(start, draft) : []
  return (
    <div className="columns">
      <div className="w5">
        <CampaignDefinition campaign={campaign} />
      </div>
      <div className="stack w7">
        {start ? (
          <section>
            <h2 className="part-title">{say('wizard.diff')}</h2>
            {changes.length === 0 ? (
              <span className="quiet">{say('wizard.noDiff')}</span>
            ) : (
              <table className="diff">
                <thead>
                  <tr>
                    <th>{say('wizard.field')}</th>
                    <th>{say('wizard.before')}</th>
                    <th>{say('wizard.after')}</th>
                  </tr>
                </thead>
                <tbody>
                  {changes.map((each) => (
                    <tr key={each.field}>
                      <td>{say(fieldTexts[each.field])}</td>
                      <td className="before">{each.before}</td>
                      <td className="after">{each.after}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </section>
        ) : null}
        <Rehearsal campaign={campaign} />
      </div>
    </div>
  )
}
