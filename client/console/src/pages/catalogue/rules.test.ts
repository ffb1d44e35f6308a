import { create } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import { CatalogSchema } from '../../api/generated/zhice/v1/catalog_pb'
import { usesOf } from './rules'

it('finds what reads a tag, and no tag that begins like it', () => {
  const catalog = create(CatalogSchema, {
    actions: [
      { actionId: 'loan', eligibility: [{ ruleId: 'r', expression: 'tags.age >= 18' }] },
      { actionId: 'card', suitability: [{ ruleId: 'r', expression: 'tags.age_band == "x"' }] },
    ],
    categories: [{ categoryId: 'wealth', applicability: [{ ruleId: 'r', expression: '!has(tags.age)' }] }],
    journeys: [
      { journeyId: 'app', version: 1, exitWhen: 'tags.age > 90' },
      { journeyId: 'app', version: 2, exitWhen: 'tags.age > 95' },
    ],
    contactPolicy: { doNotContact: [{ listId: 'minors', condition: 'tags.age < 18' }] },
  })

  expect(usesOf('age', catalog).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'action loan',
    'category wealth',
    'journey app',
    'list minors',
  ])
})
