import type { Names } from '../../api/catalog'
import { bankDay } from '../../app/format'
import { useFilter } from '../../app/useFilter'

/** How many days an analysis has. */
export const lengths = ['7', '14', '30']

/** Whose events of which days: in the address. */
export function useScope() {
  const [days, setDays] = useFilter('days', '7', lengths)
  const [audience, setAudience] = useFilter('audience')
  const scope = {
    fromDate: bankDay(Number(days) - 1),
    toDate: bankDay(),
    ...(audience ? { audience: { audienceId: audience } } : {}),
  }
  return { days, setDays, audience, setAudience, scope }
}

export type Scope = ReturnType<typeof useScope>['scope']

const answers = ['impression', 'click', 'acceptance', 'dismissal']

/** Steps in an address: ids of event types with commas between them. Without any, those of the usual ones that the catalogue has. */
export function useEvents(name: string, usual: string[], names: Names): [string[], (ids: string[]) => void] {
  const known = (names.catalog?.eventTypes ?? []).map((each) => each.eventTypeId)
  const some = usual.filter((each) => known.includes(each) || answers.includes(each))
  const fallback = (usual.length === 1 && some.length === 0 ? known.slice(0, 1) : some).join(',')
  const [text, setText] = useFilter(name, fallback)
  return [text.split(',').filter((each) => each !== '' && each !== '-'), (ids) => setText(ids.join(',') || '-')]
}

export const days = (count: number) => ({ seconds: BigInt(count) * 86_400n, nanos: 0 })
