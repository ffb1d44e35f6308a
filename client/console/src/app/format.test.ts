import { create } from '@bufbuild/protobuf'
import { describe, expect, it, vi } from 'vitest'
import { ValueSchema } from '../api/generated/zhice/v1/values_pb'

vi.mock('../i18n', () => ({ getLanguage: () => 'zh' }))
const { dateTime, percent, setZone, share, span, toDate, toTimestamp, valueText, yuan } = await import('./format')

describe('what people read', () => {
  it('has times in the zone of the bank', () => {
    setZone('Asia/Shanghai')
    expect(dateTime(new Date('2026-11-30T16:30:05Z'))).toBe('2026-12-01 00:30:05')
  })

  it('has instants before 1970 right, and to the millisecond', () => {
    const date = new Date(-1_500)
    const { seconds, nanos } = toTimestamp(date)
    expect([seconds, nanos]).toEqual([-2n, 500_000_000])
    expect(toDate({ seconds, nanos } as never).getTime()).toBe(-1_500)
  })

  it('has amounts in yuan, and shares that are not rounded away', () => {
    expect(yuan(1_234_567n)).toBe('¥12,345.67')
    expect(share(0.000081)).toBe('0.0081%')
    expect(percent(1, 0)).toBe('–')
  })

  it('has spans in their two largest units', () => {
    expect([span(0), span(59), span(90), span(90_000), span(86_400 * 3)]).toEqual([
      '0 秒',
      '59 秒',
      '1 分 30 秒',
      '1 天 1 小时',
      '3 天',
    ])
  })

  it('has every kind of value', () => {
    const text = (kind: never) => valueText(create(ValueSchema, { kind }))
    expect([
      text({ case: 'boolValue', value: true } as never),
      text({ case: 'integerValue', value: 9_007_199_254_740_993n } as never),
      text({ case: 'decimalValue', value: '-36.4' } as never),
      valueText(undefined),
    ]).toEqual(['是', '9,007,199,254,740,993', '-36.4', '–'])
  })
})
