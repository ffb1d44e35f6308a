import { create } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import { JourneySchema } from '../../api/generated/zhice/v1/journey_pb'
import { JourneyVersionReportSchema } from '../../api/generated/zhice/v1/journey_service_pb'
import { edgesOf, placesOf } from './graph'

const journey = create(JourneySchema, {
  journeyId: 'loan',
  stages: [
    {
      stageId: 'visited',
      transitions: [
        { trigger: { case: 'eventTypeId', value: 'apply' }, toStageId: 'applied' },
        { trigger: { case: 'at', value: '03:00' }, toStageId: 'applied' },
        { trigger: { case: 'at', value: '04:00' } },
      ],
    },
    { stageId: 'applied', transitions: [{ trigger: { case: 'at', value: '03:00' }, toStageId: 'visited' }] },
  ],
})

it('joins the transitions between two stages, with all who took them', () => {
  const report = create(JourneyVersionReportSchema, {
    stages: [
      {
        stageId: 'visited',
        transitions: [
          { toStageId: 'applied', customers: 3n },
          { toStageId: 'applied', customers: 4n },
          { toStageId: '', customers: 9n },
        ],
      },
    ],
  })

  expect(edgesOf(journey, report).map(({ from, to, transitions, customers }) => [from, to, transitions.length, customers])).toEqual([
    ['visited', 'applied', 2, 7n],
    ['applied', 'visited', 1, 0n],
  ])
})

it('places stages apart from each other, also where the way leads back', () => {
  const [first, second] = placesOf(journey, edgesOf(journey, undefined))

  expect(second!.x).toBeGreaterThan(first!.x + 150)
})
