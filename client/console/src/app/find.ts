import { call } from '../api/call'
import { AudienceService } from '../api/generated/zhice/v1/audience_service_pb'
import { CampaignService } from '../api/generated/zhice/v1/campaign_service_pb'
import { CatalogService } from '../api/generated/zhice/v1/catalog_service_pb'
import { CustomerService } from '../api/generated/zhice/v1/customer_service_pb'
import type { Role } from '../api/identity'

interface Finder {
  roles: readonly Role[]
  look: (id: string) => Promise<string | null>
}

// In this order: definitions have few ids, and a customer may have any.
const finders: Finder[] = [
  {
    roles: ['analyst', 'operator', 'approver', 'ops'],
    look: async (id) =>
      (await call(CampaignService.method.getCampaign, { campaignId: id })).status ? `/campaigns/${encodeURIComponent(id)}` : null,
  },
  {
    roles: ['analyst', 'operator', 'approver', 'data'],
    look: async (id) =>
      (await call(AudienceService.method.getAudience, { audienceId: id })).audience ? `/audiences/${encodeURIComponent(id)}` : null,
  },
  { roles: ['agent', 'analyst', 'operator', 'approver', 'data', 'ops'], look: findDefinition },
  {
    roles: ['agent'],
    look: async (id) =>
      (await call(CustomerService.method.getCustomer, { customerId: id })).customer ? `/customers/${encodeURIComponent(id)}` : null,
  },
]

async function findDefinition(id: string): Promise<string | null> {
  const { catalog } = await call(CatalogService.method.getCatalog, {})
  if (!catalog) return null
  if (catalog.journeys.some((journey) => journey.journeyId === id)) return `/journeys/${id}`
  const q = `?q=${encodeURIComponent(id)}`
  if (catalog.tags.some((tag) => tag.tagId === id)) return `/catalogue${q}&tab=tags`
  if (catalog.actions.some((action) => action.actionId === id)) return `/catalogue${q}&tab=actions`
  if (catalog.placements.some((placement) => placement.placementId === id)) return `/catalogue${q}&tab=placements`
  return null
}

/** The page of whatever has this id, among what the person may see; null if there is none. */
export async function findById(id: string, me: { hasAny: (roles: readonly Role[]) => boolean }): Promise<string | null> {
  for (const { roles, look } of finders) {
    if (!me.hasAny(roles)) continue
    try {
      const path = await look(id)
      if (path) return path
    } catch {
      // Not an id of this kind: the next.
    }
  }
  return null
}
