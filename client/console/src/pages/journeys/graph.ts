import { graphlib, layout } from '@dagrejs/dagre'
import type { Journey, JourneyTransition } from '../../api/generated/zhice/v1/journey_pb'
import type { JourneyStageReport, JourneyVersionReport } from '../../api/generated/zhice/v1/journey_service_pb'

export const stageWidth = 150
export const stageHeight = 88

export interface StagePlace {
  id: string
  x: number
  y: number
}

export interface StageEdge {
  from: string
  to: string
  transitions: JourneyTransition[]
  customers: bigint
}

/** The edges of a journey: transitions between the same two stages are one, with all who took them. */
export function edgesOf(journey: Journey, report: JourneyVersionReport | undefined): StageEdge[] {
  const edges = new Map<string, StageEdge>()
  for (const stage of journey.stages) {
    for (const transition of stage.transitions) {
      if (!transition.toStageId) continue
      const key = `${stage.stageId}>${transition.toStageId}`
      const edge = edges.get(key) ?? {
        from: stage.stageId,
        to: transition.toStageId,
        transitions: [],
        customers: taken(report?.stages ?? [], stage.stageId, transition.toStageId),
      }
      edge.transitions.push(transition)
      edges.set(key, edge)
    }
  }
  return [...edges.values()]
}

function taken(stages: JourneyStageReport[], from: string, to: string): bigint {
  return stages
    .filter((stage) => stage.stageId === from)
    .flatMap((stage) => stage.transitions)
    .filter((each) => each.toStageId === to)
    .reduce((sum, each) => sum + each.customers, 0n)
}

/** Places stages from left to right, or from top to bottom, in the order in which customers can come to them. */
export function placesOf(journey: Journey, edges: StageEdge[], isTall = false): StagePlace[] {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: isTall ? 'TB' : 'LR', nodesep: 44, ranksep: isTall ? 48 : 124 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { stageId } of journey.stages) graph.setNode(stageId, { width: stageWidth, height: stageHeight })
  for (const { from, to } of edges) graph.setEdge(from, to)
  layout(graph)
  return journey.stages.map(({ stageId }) => {
    const { x, y } = graph.node(stageId) as { x: number; y: number }
    return { id: stageId, x: x - stageWidth / 2, y: y - stageHeight / 2 }
  })
}
