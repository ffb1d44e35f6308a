import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { getLanguage, type Language } from '.'
import { texts, type TextKey } from './texts'

export type Say = (key: TextKey, values?: Record<string, string | number>) => string

/** The texts in the language of the person; a key that is not there does not compile. */
export function useText(): { say: Say; language: Language; sayCode: (kind: string, code: string) => string } {
  const { t } = useTranslation()
  const language = getLanguage()
  const say = useCallback<Say>((key, values) => t(key, values ?? {}) as string, [t, language])
  const sayCode = useCallback(
    (kind: string, code: string) => {
      const key = `${kind}.${code}`
      return key in texts ? (t(key) as string) : code
    },
    [t, language],
  )
  return { say, language, sayCode }
}
