import { describe, expect, it } from 'vitest'
import { topOf } from './Calibration'
import { rangeOf } from './Course'

const point = (predicted: number, observed: number, high: number) => ({ predicted, observed, low: 0, high, lessons: 10 })

describe('the axes of drawings', () => {
  it('end above every point of a calibration, and an interval of few does not flatten the others', () => {
    expect(topOf([point(0.02, 0.03, 0.05)])).toBeCloseTo(0.05)
    expect(topOf([point(0.02, 0.03, 0.9)])).toBeCloseTo(0.05)
    expect(topOf([point(0.95, 1, 1)])).toBe(1)
    expect(topOf([])).toBeGreaterThan(0)
  })

  it('have zero and every estimate of a course, and early intervals do not flatten the later ones', () => {
    const day = (value: number, low: number, high: number) => ({ day: '2026-01-01', value, low, high })
    expect(rangeOf([day(0.01, -0.02, 0.04)])).toEqual([-0.02, 0.04])
    const [low, high] = rangeOf([day(0.5, -1, 1), day(0.01, 0.005, 0.02), day(0.012, 0.008, 0.016)])
    expect([low <= 0, high >= 0.5, low > -1]).toEqual([true, true, true])
    expect(rangeOf([])).toEqual([-0.01, 0.01])
  })
})
