import { useSearchParams } from 'react-router'

/**
 * A filter in the address of the page: it can be shared, and comes back with it. Where only some values are known, another one in the
 * address counts as none.
 */
export function useFilter(name: string, fallback = '', known?: readonly string[]): [string, (value: string) => void] {
  const [params, setParams] = useSearchParams()
  const set = (value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        if (value && value !== fallback) after.set(name, value)
        else after.delete(name)
        return after
      },
      { replace: true },
    )
  const found = params.get(name)
  return [found === null || (known && !known.includes(found)) ? fallback : found, set]
}
