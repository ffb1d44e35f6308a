import type { Role } from '../api/identity'

const readers: readonly Role[] = ['analyst', 'operator', 'approver', 'ops']
const staff: readonly Role[] = ['agent', 'analyst', 'operator', 'approver', 'data', 'ops']

/** Who sees which page; the host checks every call by itself. */
export const pageRoles = {
  overview: readers,
  customers: ['agent'],
  worklist: ['agent'],
  audiences: ['analyst', 'operator', 'approver'],
  campaigns: readers,
  journeys: staff,
  catalogue: staff,
  measurement: ['analyst', 'operator', 'approver'],
  behaviour: ['analyst', 'operator', 'approver'],
  models: readers,
  deliveries: ['ops'],
  system: [...staff, 'system-admin'],
  audit: ['audit-admin'],
} as const satisfies Record<string, readonly Role[]>

export type PageName = keyof typeof pageRoles
