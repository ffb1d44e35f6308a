import { App as AntApp, Button } from 'antd'
import { useCallback } from 'react'
import type { ApiError } from '../api/error'
import { signIn } from '../api/identity'
import { ErrorDetail } from '../components/ErrorDetail'
import { useText } from '../i18n/useText'
import { errorText } from './errorText'

/** Says why a change was refused, in the language of the person, with what the host said. Who is signed out can sign in. */
export function useErrorNote(): (error: ApiError) => void {
  const { notification } = AntApp.useApp()
  const { say, sayCode, language } = useText()
  return useCallback(
    (error) =>
      notification.error({
        title: errorText(error, language, sayCode).title || say(error.isForbidden ? 'state.forbidden' : 'state.failed'),
        description: <ErrorDetail error={error} />,
        duration: error.isSignedOut ? 0 : 8,
        ...(error.isSignedOut
          ? {
              actions: (
                <Button type="primary" onClick={signIn}>
                  {say('state.signIn')}
                </Button>
              ),
            }
          : {}),
      }),
    [notification, say, sayCode, language],
  )
}
