import { describe, expect, it } from 'vitest'
import { isSame } from './collected'

describe('collected edits', () => {
  it('take the place of an edit of the same thing, and what is new takes none', () => {
    expect(isSame({ part: 'actions', id: 'fund' }, { part: 'actions', id: 'fund' })).toBe(true)
    expect(isSame({ part: 'actions', id: 'fund' }, { part: 'tags', id: 'fund' })).toBe(false)
    expect(isSame({ part: 'actions', id: '+' }, { part: 'actions', id: '+' })).toBe(false)
  })
})
