import type { ApiError, Violation } from '../api/error'
import { texts } from '../i18n/texts'
import type { Language } from '../i18n'

type SayCode = (kind: string, code: string) => string

const isKnown = (key: string): key is keyof typeof texts => key in texts
const variable = /\{\{(\w+)\}\}/g

/**
 * What an error says, in the language of the person: by its reason, with the values that it carries. The host's own sentence, in English,
 * says more, and is all that there is where an error has no reason that is known here, or lacks a value.
 */
export function errorText(error: ApiError, language: Language, sayCode: SayCode): { title: string; detail: string } {
  const key = `error.${error.reason}`
  const text = isKnown(key) ? texts[key][language === 'zh' ? 0 : 1] : ''
  const names = [...text.matchAll(variable)].map((match) => match[1]!)
  const isWhole = text !== '' && names.every((name) => error.parameters[name])
  const title = isWhole
    ? text.replace(variable, (_, name: string) => named(name, error.parameters[name]!, sayCode))
    : language === 'zh' && error.chinese
      ? error.chinese
      : ''
  return { title, detail: error.message }
}

/** What is wrong with a field, in the language of the person; in English the host's own sentence, which says more. */
export function violationText({ reason, description }: Violation, language: Language): string {
  const key = `fieldReason.${reason}`
  return language === 'zh' && isKnown(key) ? texts[key][0] : description
}

// Values that are codes themselves have a name.
function named(name: string, value: string, sayCode: SayCode): string {
  if (name === 'state') return sayCode('campaignState', value.toUpperCase())
  if (name === 'roles')
    return value
      .split(',')
      .map((role) => sayCode('role', role.trim()))
      .join(', ')
  return value
}
