import { describe, expect, it } from 'vitest'
import { texts } from './texts'

const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

describe('the texts', () => {
  it('have both languages with the same values in them', () => {
    const pairs: [string, readonly [string, string]][] = Object.entries(texts)
    const bad = pairs.filter(([, [zh, en]]) => zh === '' || en === '' || variables(zh).join() !== variables(en).join())
    expect(bad).toEqual([])
  })
})
