import { useState } from 'react'

// Of this tab alone, and gone with it: what was typed outlives a sign-in and a reload, and no other person finds it.
const prefix = 'zhice.kept.'

/** What was kept under a name; undefined if nothing was, or it cannot be read. */
export function findKept<T>(name: string): T | undefined {
  try {
    const text = sessionStorage.getItem(prefix + name)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

/** Keeps a value; undefined: forgets it. A browser without room keeps nothing. */
export function keep(name: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(prefix + name)
    else sessionStorage.setItem(prefix + name, JSON.stringify(value))
  } catch {
    // It is typed all the same.
  }
}

interface Kept<T> {
  value: T
  /** Whether it is what was not saved the last time. */
  isBack: boolean
  set: (value: T) => void
  /** When it was saved, or is not wanted. */
  drop: () => void
}

/** A value that is being edited, which comes back after a sign-in or a reload. */
export function useKept<T>(name: string, start: T): Kept<T> {
  const [found] = useState(() => findKept<T>(name))
  const [value, setValue] = useState<T>(found ?? start)
  const [isBack, setBack] = useState(found !== undefined && JSON.stringify(found) !== JSON.stringify(start))
  return {
    value,
    isBack,
    set: (next) => {
      setValue(next)
      keep(name, next === start ? undefined : next)
    },
    drop: () => {
      keep(name, undefined)
      setValue(start)
      setBack(false)
    },
  }
}
