import { useSyncExternalStore } from 'react'
import { findKept, keep } from '../app/kept'

/** An edit of a part of the catalogue that waits for others, to be proposed together with them. */
export interface CollectedEdit {
  part: string
  /** As CheckCatalogText takes it: of what is edited, empty for a whole part, "+" for something new. */
  id: string
  text: string
  title: string
}

const name = 'catalogue.collected'
const listeners = new Set<() => void>()
let edits: readonly CollectedEdit[] = findKept<CollectedEdit[]>(name) ?? []

function change(next: readonly CollectedEdit[]): void {
  edits = next
  keep(name, next.length === 0 ? undefined : next)
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The edits of this tab that wait, in the order in which they are made. */
export const useCollected = (): readonly CollectedEdit[] => useSyncExternalStore(subscribe, () => edits)

/** Whether an edit takes the place of another: of the same thing, but something new takes none. */
export const isSame = (one: { part: string; id: string }, other: { part: string; id: string }): boolean =>
  one.id !== '+' && one.part === other.part && one.id === other.id

export const collect = (edit: CollectedEdit): void => change([...edits.filter((each) => !isSame(each, edit)), edit])
export const takeOut = (edit: CollectedEdit): void => change(edits.filter((each) => each !== edit))
export const forgetCollected = (): void => change([])
