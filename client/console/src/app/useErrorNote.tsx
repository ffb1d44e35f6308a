import { App as AntApp } from 'antd'
import { useCallback } from 'react'
import type { ApiError } from '../api/error'
import { useText } from '../i18n/useText'

/** Says why a change was refused, in the language of the person, with what the host said. */
export function useErrorNote(): (error: ApiError) => void {
  const { notification } = AntApp.useApp()
  const { say, language } = useText()
  return useCallback(
    (error) => notification.error({
      title: (language === 'zh' && error.chinese) || say(error.isForbidden ? 'state.forbidden' : 'state.failed'),
      description: <>{error.message}{error.violations.map((each) => <div key={each.field + each.description}><code>{each.field}</code> {each.description}</div>)}</>,
      duration: 8,
    }),
    [notification, say, language],
  )
}
