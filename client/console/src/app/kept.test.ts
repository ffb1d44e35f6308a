import { afterEach, describe, expect, it, vi } from 'vitest'
import { findKept, keep } from './kept'

function storage(): Storage {
  const all = new Map<string, string>()
  return {
    getItem: (name: string) => all.get(name) ?? null,
    setItem: (name: string, value: string) => void all.set(name, value),
    removeItem: (name: string) => void all.delete(name),
  } as unknown as Storage
}

afterEach(() => vi.unstubAllGlobals())

describe('what is kept', () => {
  it('comes back until it is forgotten', () => {
    vi.stubGlobal('sessionStorage', storage())
    keep('campaign.new', { name: '春季' })
    expect(findKept('campaign.new')).toEqual({ name: '春季' })
    keep('campaign.new', undefined)
    expect(findKept('campaign.new')).toBeUndefined()
  })

  it('is nothing where it cannot be read or the browser has no room', () => {
    const full = {
      ...storage(),
      getItem: () => '{"name":',
      setItem: () => {
        throw new Error('full')
      },
    } as unknown as Storage
    vi.stubGlobal('sessionStorage', full)
    expect(findKept('campaign.new')).toBeUndefined()
    expect(() => keep('campaign.new', 1)).not.toThrow()
  })
})
