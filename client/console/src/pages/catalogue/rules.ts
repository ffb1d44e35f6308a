import type { Action, Catalog, Category, Rule } from '../../api/generated/zhice/v1/catalog_pb'

/** All rules of an action or a category. */
export const rulesOf = (each: Action | Category): Rule[] => [...each.eligibility, ...each.applicability, ...each.suitability]

const reads = (expression: string, tagId: string) => new RegExp(`\\btags\\.${tagId}\\b`).test(expression)

/** What names a tag in its conditions: the ids of actions, categories, journeys and lists. */
export function usesOf(tagId: string, catalog: Catalog): { kind: 'action' | 'category' | 'journey' | 'list'; id: string }[] {
  const of = <T extends { id: string }>(kind: 'action' | 'category' | 'journey' | 'list', all: T[]) =>
    all.map(({ id }) => ({ kind, id }))
  return [
    ...of(
      'action',
      catalog.actions
        .filter((each) => rulesOf(each).some((rule) => reads(rule.expression, tagId)))
        .map(({ actionId }) => ({ id: actionId })),
    ),
    ...of(
      'category',
      catalog.categories
        .filter((each) => rulesOf(each).some((rule) => reads(rule.expression, tagId)))
        .map(({ categoryId }) => ({ id: categoryId })),
    ),
    ...of(
      'journey',
      [
        ...new Set(
          catalog.journeys
            .filter((each) =>
              [
                each.exitWhen,
                each.entry?.when ?? '',
                ...each.stages.flatMap((stage) => stage.transitions.map((transition) => transition.when)),
              ].some((text) => reads(text, tagId)),
            )
            .map(({ journeyId }) => journeyId),
        ),
      ].map((id) => ({ id })),
    ),
    ...of(
      'list',
      (catalog.contactPolicy?.doNotContact ?? [])
        .filter((each) => reads(each.condition, tagId))
        .map(({ listId }) => ({ id: listId })),
    ),
  ]
}
