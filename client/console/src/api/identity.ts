import { readError } from './error'

export type Role =
  | 'app' | 'channel' | 'agent' | 'analyst' | 'operator' | 'approver' | 'data' | 'ops'
  | 'system-admin' | 'security-admin' | 'audit-admin'

export const allRoles: readonly Role[] = [
  'agent', 'analyst', 'operator', 'approver', 'data', 'ops', 'system-admin', 'security-admin', 'audit-admin', 'app', 'channel',
]

/** Who is signed in. */
export interface Me {
  name: string
  roles: Role[]
  antiForgery: string
  canSignOut: boolean
  isDevelopment: boolean
}

/** On a host in development: who the person says to be. */
export interface Persona {
  name: string
  roles: Role[]
}

const personaKey = 'zhice.persona'
let antiForgery = ''

export function getPersona(): Persona | null {
  const text = sessionStorage.getItem(personaKey)
  return text ? (JSON.parse(text) as Persona) : null
}

export function setPersona(persona: Persona | null): void {
  if (persona) sessionStorage.setItem(personaKey, JSON.stringify(persona))
  else sessionStorage.removeItem(personaKey)
}

/** The headers by which the host knows who calls; the cookie of a session comes by itself. */
export function identityHeaders(): Record<string, string> {
  const headers: Record<string, string> = antiForgery ? { 'x-zhice-csrf': antiForgery } : {}
  const persona = getPersona()
  if (persona) {
    headers['x-zhice-user'] = encodeURIComponent(persona.name)
    headers['x-zhice-roles'] = persona.roles.join(',')
  }
  return headers
}

export async function fetchMe(signal?: AbortSignal): Promise<Me> {
  const response = await fetch('/auth/me', { headers: identityHeaders(), signal: signal ?? null })
  if (!response.ok) throw readError(response.status, await response.text())
  const me = (await response.json()) as Me
  antiForgery = me.antiForgery
  return me
}

export async function signOut(): Promise<void> {
  await fetch('/auth/logout', { method: 'POST', headers: identityHeaders() })
  location.assign('/app/')
}

/** Goes to the bank's sign-in, and comes back to this page. */
export function signIn(): void {
  location.assign(`/auth/login?return=${encodeURIComponent(location.pathname + location.search)}`)
}
