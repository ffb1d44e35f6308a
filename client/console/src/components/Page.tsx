import { Typography } from 'antd'
import type { ReactNode } from 'react'
import type { Role } from '../api/identity'
import { Need } from './states'

interface PageProps {
  title: ReactNode
  /** What stands beside the title: states, ids. */
  beside?: ReactNode
  /** What can be done on the page. */
  actions?: ReactNode
  roles: readonly Role[]
  children: ReactNode
}

/** The frame of a page: its title, what can be done, and the check of the roles. */
export function Page({ title, beside, actions, roles, children }: PageProps) {
  return (
    <div className="page">
      <header className="page-head">
        <Typography.Title level={1} className="page-title">{title}</Typography.Title>
        {beside ? <div className="page-beside">{beside}</div> : null}
        <div className="page-actions">{actions}</div>
      </header>
      <Need roles={roles}>{children}</Need>
    </div>
  )
}
