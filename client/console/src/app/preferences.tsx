import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'

type Theme = 'light' | 'dark'

interface Preferences {
  theme: Theme
  setTheme: (theme: Theme) => void
}

const key = 'zhice.theme'
const Context = createContext<Preferences | null>(null)

function firstTheme(): Theme {
  const chosen = localStorage.getItem(key)
  return chosen === 'light' || chosen === 'dark' ? chosen : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** What a person chose for the looks of the pages; kept in their browser. */
export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [theme, choose] = useState<Theme>(firstTheme)
  const value = useMemo(
    () => ({
      theme,
      setTheme: (chosen: Theme) => {
        localStorage.setItem(key, chosen)
        choose(chosen)
      },
    }),
    [theme],
  )
  return <Context value={value}>{children}</Context>
}

export function usePreferences(): Preferences {
  const value = useContext(Context)
  if (!value) throw new Error('usePreferences needs a PreferencesProvider.')
  return value
}
