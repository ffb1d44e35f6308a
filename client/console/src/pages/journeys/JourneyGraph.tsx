import {
  Background,
  Controls,
  Handle,
  MarkerType,
  MiniMap,
  Panel,
  Position,
  ReactFlow,
  type Node,
  type NodeProps,
} from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { DownloadOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useMemo } from 'react'
import type { Names } from '../../api/catalog'
import type { Journey } from '../../api/generated/zhice/v1/journey_pb'
import type { JourneyVersionReport } from '../../api/generated/zhice/v1/journey_service_pb'
import { count, dateTime } from '../../app/format'
import { usePreferences } from '../../app/preferences'
import { useText, type Say } from '../../i18n/useText'
import { edgesOf, placesOf, stageHeight, stageWidth } from './graph'
import { download, pictureOf } from './picture'
import { triggerText } from './trigger'

type StageNode = Node<{ name: string; inNow: bigint; arrived: bigint; isGoal: boolean; isTall: boolean; say: Say }, 'stage'>

function Stage({ data }: NodeProps<StageNode>) {
  return (
    <div className={`stage-node ${data.isGoal ? 'is-goal' : ''}`}>
      <Handle type="target" position={data.isTall ? Position.Top : Position.Left} />
      <b>
        {data.name}
        {data.isGoal ? ` · ${data.say('journey.goal')}` : ''}
      </b>
      <span className="number">{count(data.inNow)}</span>
      <small>{data.say('journey.arrived', { count: count(data.arrived) })}</small>
      <Handle type="source" position={data.isTall ? Position.Bottom : Position.Right} />
    </div>
  )
}

const nodeTypes = { stage: Stage }

// With fewer, the whole journey is seen at once.
const manyStages = 8

// A long journey begins at its first stage, as large as it is read; the map shows the rest.
const startZoom = 0.72
const graphHeight = 440

function startOf(nodes: StageNode[]): { x: number; y: number; zoom: number } {
  const tops = nodes.map(({ position }) => position.y)
  const middle = (Math.min(...tops) + Math.max(...tops) + stageHeight) / 2
  return { x: 16, y: graphHeight / 2 - middle * startZoom, zoom: startZoom }
}

/** A journey as a graph: how many are in each stage now, and how many took each way. */
export default function JourneyGraph({
  journey,
  report,
  names,
  isTall = false,
}: {
  journey: Journey
  report: JourneyVersionReport | undefined
  names: Names
  /** From top to bottom, where there is little width. */
  isTall?: boolean
}) {
  const { say } = useText()
  const { theme } = usePreferences()
  const { nodes, edges } = useMemo(() => {
    const ways = edgesOf(journey, report)
    const places = new Map(placesOf(journey, ways, isTall).map((place) => [place.id, place]))
    return {
      nodes: journey.stages.map((stage): StageNode => {
        const figures = report?.stages.find((each) => each.stageId === stage.stageId)
        const { x, y } = places.get(stage.stageId)!
        return {
          id: stage.stageId,
          type: 'stage',
          position: { x, y },
          width: stageWidth,
          height: stageHeight,
          data: {
            isTall,
            name: stage.displayName || stage.stageId,
            inNow: figures?.inNow ?? 0n,
            arrived: figures?.arrived ?? 0n,
            isGoal: journey.goalStageIds.includes(stage.stageId),
            say,
          },
        }
      }),
      edges: ways.map(({ from, to, transitions, customers }) => ({
        id: `${from}>${to}`,
        source: from,
        target: to,
        markerEnd: { type: MarkerType.ArrowClosed },
        label: [
          triggerText(transitions[0]!, names, say) + (transitions.length > 1 ? ' …' : ''),
          ...(customers > 0n ? [count(customers)] : []),
        ].join(' · '),
        style: { strokeWidth: customers > 0n ? 2 : 1 },
      })),
    }
  }, [journey, report, names, say, isTall])
  const save = (kind: 'svg' | 'png') => {
    const ways = edgesOf(journey, report)
    const stages = placesOf(journey, ways).map(({ id, x, y }) => {
      const { name, inNow, arrived, isGoal } = nodes.find((node) => node.id === id)!.data
      return { id, x, y, isGoal, lines: [name, count(inNow), say('journey.arrived', { count: count(arrived) })] }
    })
    const labels = new Map(edges.map((edge) => [edge.id, edge.label]))
    const drawn = ways.map(({ from, to }) => ({ from, to, label: labels.get(`${from}>${to}`) ?? '' }))
    const title = `${journey.displayName || journey.journeyId} · ${dateTime(new Date())}`
    void download(pictureOf(title, stages, drawn, { width: stageWidth, height: stageHeight }), journey.journeyId, kind)
  }
  const isLong = journey.stages.length > manyStages && !isTall
  return (
    <div className={isTall ? 'graph is-tall' : 'graph'}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={theme}
        {...(isLong ? { defaultViewport: startOf(nodes) } : { fitView: true })}
        fitViewOptions={{ padding: 0.04, maxZoom: 1.1, minZoom: isTall ? 0.5 : 0.2 }}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={24} />
        {journey.stages.length > manyStages ? (
          <MiniMap pannable zoomable ariaLabel={null} style={{ width: 140, height: 90 }} />
        ) : null}
        <Controls showInteractive={false} />
        {isTall ? null : (
          <Panel position="top-right">
            <Dropdown
              trigger={['click']}
              menu={{
                items: (['svg', 'png'] as const).map((kind) => ({
                  key: kind,
                  label: kind.toUpperCase(),
                  onClick: () => save(kind),
                })),
              }}
            >
              <Button size="small" icon={<DownloadOutlined />}>
                {say('journey.asPicture')}
              </Button>
            </Dropdown>
          </Panel>
        )}
      </ReactFlow>
    </div>
  )
}
