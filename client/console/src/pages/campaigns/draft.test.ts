import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { CampaignSchema } from '../../api/generated/zhice/v1/campaign_service_pb'
import { differences, emptyDraft, toCampaign, toDraft } from './draft'

describe('a campaign that is edited', () => {
  it('comes back as it was when nothing is changed', () => {
    const campaign = create(CampaignSchema, {
      campaignId: 'weekend',
      displayName: '周末存款',
      audience: 'tags.age >= 30',
      actionId: 'term_deposit',
      placementIds: ['sms_outbound', 'push_outbound'],
      holdout: 0.0525,
      contactsPerSecond: 200,
      contactsPerDay: 9_000n,
      budgetFen: 5_000_050n,
      costFen: 5n,
      sendWindow: { from: '09:00', until: '21:00' },
      contactExpiry: { seconds: 43_200n },
      schedule: { case: 'oneOff', value: { startTime: { seconds: 1_800_000_000n } } },
      arms: [{ armId: 'a', weight: 1, treatmentId: 't' }],
      endTime: { seconds: 1_900_000_000n },
    })

    expect(toCampaign(toDraft(campaign), campaign)).toEqual(campaign)
  })

  it('drops the arms of another action, whose treatments they show', () => {
    const campaign = create(CampaignSchema, {
      campaignId: 'a',
      actionId: 'card',
      arms: [{ armId: 'x', weight: 1, treatmentId: 't' }],
    })

    expect(toCampaign({ ...toDraft(campaign), actionId: 'loan' }, campaign).arms).toEqual([])
  })

  it('has no limits with a trigger, which may have none', () => {
    const made = toCampaign({ ...emptyDraft, kind: 'trigger', eventTypeId: 'login', perSecond: 5, perDay: 7, budget: 9 })

    expect([made.contactsPerSecond, made.contactsPerDay, made.budgetFen]).toEqual([0, 0n, 0n])
  })

  it('says which fields differ', () => {
    expect(differences(emptyDraft, { ...emptyDraft, holdout: 10, placementIds: ['sms'] })).toEqual([
      { field: 'placementIds', before: '', after: 'sms' },
      { field: 'holdout', before: '5', after: '10' },
    ])
  })
})
