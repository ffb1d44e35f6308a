import { createContext, useContext } from 'react'
import type { Me, Role } from '../api/identity'

export const MeContext = createContext<Me | null>(null)

/** Who is signed in. */
export function useMe(): Me & { hasAny: (roles: readonly Role[]) => boolean } {
  const me = useContext(MeContext)
  if (!me) throw new Error('useMe needs a signed-in person.')
  return { ...me, hasAny: (roles) => roles.some((role) => me.roles.includes(role)) }
}
