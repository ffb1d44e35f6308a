import { useQuery } from '@tanstack/react-query'
import type { ApiError } from './error'
import { AudienceService, type Audience } from './generated/zhice/v1/audience_service_pb'
import { callWhole } from './pages'

/** All saved audiences: there are at most 1,000. */
export function useAudiences() {
  return useQuery<Audience[], ApiError>({
    queryKey: [AudienceService.name, 'all'],
    queryFn: async ({ signal }) =>
      (await callWhole(AudienceService.method.listAudiences, { pageSize: 100 }, signal)).flatMap((page) => page.audiences),
    structuralSharing: false,
  })
}
