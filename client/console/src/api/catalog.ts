import { useEffect, useMemo } from 'react'
import { setZone } from '../app/format'
import { CatalogService } from './generated/zhice/v1/catalog_service_pb'
import type { Action, Catalog } from './generated/zhice/v1/catalog_pb'
import { useCall } from './hooks'

const names = <T,>(all: readonly T[], id: (each: T) => string, name: (each: T) => string) =>
  new Map(all.map((each) => [id(each), name(each)]))

/** The catalogue in force, with the names that people know things by. */
export function useCatalog() {
  const answer = useCall(CatalogService.method.getCatalog, {})
  const catalog = answer.data?.catalog
  useEffect(() => {
    if (catalog) setZone(catalog.timeZone)
  }, [catalog])
  const known = useMemo(() => new Names(catalog), [catalog])
  return { ...answer, catalog, names: known }
}

/** Display names by id; an id that the catalogue lacks is shown as it is. */
export class Names {
  readonly actions: Map<string, Action>
  private readonly tags: Map<string, string>
  private readonly channels: Map<string, string>
  private readonly placements: Map<string, string>
  private readonly categories: Map<string, string>
  private readonly eventTypes: Map<string, string>

  constructor(readonly catalog: Catalog | undefined) {
    this.actions = new Map((catalog?.actions ?? []).map((each) => [each.actionId, each]))
    this.tags = names(catalog?.tags ?? [], (each) => each.tagId, (each) => each.displayName)
    this.channels = names(catalog?.channels ?? [], (each) => each.channelId, (each) => each.displayName)
    this.placements = names(catalog?.placements ?? [], (each) => each.placementId, (each) => each.displayName)
    this.categories = names(catalog?.categories ?? [], (each) => each.categoryId, (each) => each.displayName)
    this.eventTypes = names(catalog?.eventTypes ?? [], (each) => each.eventTypeId, (each) => each.displayName)
  }

  action = (id: string) => this.actions.get(id)?.displayName || id
  tag = (id: string) => this.tags.get(id) || id
  channel = (id: string) => this.channels.get(id) || id
  placement = (id: string) => this.placements.get(id) || id
  category = (id: string) => this.categories.get(id) || id
  eventType = (id: string) => this.eventTypes.get(id) || id
  journey = (id: string) => this.catalog?.journeys.find((each) => each.journeyId === id)?.displayName || id
  stage = (journeyId: string, version: number, stageId: string) =>
    this.catalog?.journeys
      .filter((each) => each.journeyId === journeyId)
      .sort((a, b) => Math.abs(a.version - version) - Math.abs(b.version - version))
      .flatMap((each) => each.stages)
      .find((each) => each.stageId === stageId)?.displayName || stageId
}

