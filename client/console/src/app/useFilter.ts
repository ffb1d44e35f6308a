import { useSearchParams } from 'react-router'

/** A filter in the address of the page: it can be shared, and comes back with it. */
export function useFilter(name: string, fallback = ''): [string, (value: string) => void] {
  const [params, setParams] = useSearchParams()
  const set = (value: string) =>
    setParams((before) => {
      const after = new URLSearchParams(before)
      if (value && value !== fallback) after.set(name, value)
      else after.delete(name)
      return after
    }, { replace: true })
  return [params.get(name) ?? fallback, set]
}
