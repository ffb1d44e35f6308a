import { describe, expect, it } from 'vitest'
import { readError } from '../api/error'
import { errorText, violationText } from './errorText'

const say = (kind: string, code: string) => `${kind}:${code}`
const error = (reason: string, metadata: object, more: object[] = []) =>
  readError(
    400,
    JSON.stringify({
      message: 'Said by the host.',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, metadata }, ...more],
    }),
  )

describe('an error of the API', () => {
  it('is said in the language of the person with the values that it carries', () => {
    expect(errorText(error('AUDIENCE_NOT_FOUND', { audience_id: 'rich' }), 'zh', say).title).toBe('没有客群“rich”')
    expect(errorText(error('CAMPAIGN_STATE', { state: 'RUNNING' }), 'en', say).title).toContain('campaignState:RUNNING')
  })

  it('is said by the host where its reason is not known or a value is missing', () => {
    expect(errorText(error('NEWER_REASON', {}), 'en', say)).toEqual({ title: '', detail: 'Said by the host.' })
    expect(errorText(error('AUDIENCE_NOT_FOUND', {}), 'en', say).title).toBe('')
    const chinese = { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'zh-CN', message: '新的原因' }
    expect(errorText(error('NEWER_REASON', {}, [chinese]), 'zh', say).title).toBe('新的原因')
  })

  it('names fields with what is wrong with them', () => {
    const wrong = { field: 'limit', reason: 'OUT_OF_RANGE', description: 'is 0; must be 1 to 50' }
    expect(violationText(wrong, 'zh')).toBe('超出范围')
    expect(violationText(wrong, 'en')).toBe('is 0; must be 1 to 50')
  })
})
