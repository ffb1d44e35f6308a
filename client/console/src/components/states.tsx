import { CloudOutlined, LockOutlined, LoginOutlined, SearchOutlined, WarningOutlined } from '@ant-design/icons'
import { Button, Empty, Result, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import type { ApiError } from '../api/error'
import { signIn, type Role } from '../api/identity'
import { useText } from '../i18n/useText'
import { errorText } from '../app/errorText'
import { useMe } from '../app/MeContext'
import { ErrorDetail } from './ErrorDetail'

/** While something is loaded: as tall as what comes, so that nothing jumps. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const { say } = useText()
  return (
    <div role="status" aria-label={say('state.loading')}>
      <Skeleton active={false} title={false} paragraph={{ rows }} />
    </div>
  )
}

/** Where there is nothing: why, and what to do about it. */
export function Nothing({ text, action }: { text?: string; action?: ReactNode }) {
  const { say } = useText()
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text ?? say('state.empty')}>
      {action}
    </Empty>
  )
}

/** What a person lacks a role for. */
export function Forbidden({ roles }: { roles: readonly Role[] }) {
  const { say, sayCode } = useText()
  const named = roles.map((role) => sayCode('role', role)).join(say('app.name') === '智策' ? '、' : ', ')
  return (
    <Result
      icon={<LockOutlined className="state-icon" />}
      title={say('state.forbidden')}
      subTitle={say('state.forbiddenText', { roles: named })}
    />
  )
}

export function SignedOut() {
  const { say } = useText()
  return (
    <Result
      icon={<LoginOutlined className="state-icon" />}
      title={say('state.signedOut')}
      subTitle={say('state.signedOutText')}
      extra={
        <Button type="primary" onClick={signIn}>
          {say('state.signIn')}
        </Button>
      }
    />
  )
}

/** An error of the API, each kind in its own way. */
export function Failed({ error, retry }: { error: ApiError; retry?: () => void }) {
  const { say, sayCode, language } = useText()
  // In English the host's own sentence says more.
  const said = language === 'zh' ? errorText(error, language, sayCode).title : ''
  if (error.isSignedOut) return <SignedOut />
  const [icon, title] = error.isForbidden
    ? [<LockOutlined />, say('state.forbidden')]
    : error.isMissing
      ? [<SearchOutlined />, say('state.missing')]
      : error.status === 0
        ? [<CloudOutlined />, say('state.unreachable')]
        : [<WarningOutlined />, say('state.failed')]
  return (
    <Result
      icon={<span className="state-icon">{icon}</span>}
      title={title}
      subTitle={
        <>
          {said ? <div>{said}</div> : null}
          <ErrorDetail error={error} />
        </>
      }
      extra={retry ? <Button onClick={retry}>{say('action.retry')}</Button> : null}
    />
  )
}

/** A part of a page that only some roles see. */
export function Need({ roles, children, quiet = false }: { roles: readonly Role[]; children: ReactNode; quiet?: boolean }) {
  const me = useMe()
  return me.hasAny(roles) ? children : quiet ? null : <Forbidden roles={roles} />
}

interface Answer<T> {
  data: T | undefined
  error: ApiError | null
  isPending: boolean
  isFetching?: boolean
  refetch: () => unknown
}

/** Shows what a call answered, or the state that it is in. Old figures stay, marked, while the host cannot be reached. */
export function Answered<T>({ of, children, rows }: { of: Answer<T>; children: (data: T) => ReactNode; rows?: number }) {
  if (of.data !== undefined) {
    return of.error ? <div className="stale">{children(of.data)}</div> : children(of.data)
  }
  if (of.error) return <Failed error={of.error} retry={() => void of.refetch()} />
  return <Loading rows={rows ?? 4} />
}
