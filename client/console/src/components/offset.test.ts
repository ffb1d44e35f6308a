import { describe, expect, it } from 'vitest'
import { niceTop } from './Days'
import { offsetOf } from './offset'

describe('the place of a fault', () => {
  it('is found by line and column, and is the end where there is no such place', () => {
    const text = 'ab\ncd\n'
    expect([offsetOf(text, 1, 1), offsetOf(text, 2, 2), offsetOf(text, 3, 1), offsetOf(text, 9, 1), offsetOf(text, 2, 99)]).toEqual([
      0, 4, 6, 6, 6,
    ])
  })
})

describe('the top of a scale', () => {
  it('is the next round number', () => {
    expect([niceTop(1), niceTop(3), niceTop(41_188), niceTop(100)]).toEqual([1, 4, 50_000, 100])
  })
})
