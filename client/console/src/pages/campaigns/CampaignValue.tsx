import { Alert, Button, Input, Select, Table } from 'antd'
import { useState } from 'react'
import { useCatalog } from '../../api/catalog'
import {
  MeasurementService,
  ReportDimension,
  ValueKind,
  type GetValueResponse,
  type ValueFigure,
  type ValueLine,
} from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { count, decimals, share, yuan } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { AsOf } from '../../components/figures'
import { Interval } from '../../components/Interval'
import { Answered, Need, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

const spans = ['7', '14', '30', '60']
const dimensions = ['NONE', 'ARM', 'TIER', 'CHANNEL', 'TREATMENT']

/** What a campaign moved of the figures by which a bank is judged: asked for, as it reads the events of all its customers. */
export function CampaignValue({ campaignId }: { campaignId: string }) {
  const { say, sayCode } = useText()
  const { catalog } = useCatalog()
  const [days, setDays] = useFilter('valueDays', '30', spans)
  const [by, setBy] = useFilter('valueBy', 'NONE', dimensions)
  const [churned, setChurned] = useFilter('churned')
  const [isOn, setOn] = useState(false)
  const request = {
    campaignId,
    days: Number(days),
    by: by === 'NONE' ? [] : [ReportDimension[by as 'ARM' | 'TIER' | 'CHANNEL' | 'TREATMENT']],
    churnCondition: churned.trim(),
  }
  const value = useCall(MeasurementService.method.getValue, request, { enabled: isOn && catalog !== undefined })
  return (
    <Need roles={['analyst', 'operator', 'approver']}>
      <div className="stack">
        <p className="quiet">{say('value.note')}</p>
        <div className="row">
          <Select
            value={days}
            onChange={setDays}
            style={{ width: 150 }}
            aria-label={say('value.days')}
            options={spans.map((each) => ({ value: each, label: say('value.within', { days: each }) }))}
          />
          <Select
            value={by}
            onChange={setBy}
            style={{ width: 150 }}
            aria-label={say('measurement.by')}
            options={dimensions.map((each) => ({
              value: each,
              label: each === 'NONE' ? say('campaign.together') : sayCode('dimension', each),
            }))}
          />
          <Input
            allowClear
            defaultValue={churned}
            onBlur={(event) => setChurned(event.target.value.trim())}
            onPressEnter={(event) => setChurned(event.currentTarget.value.trim())}
            style={{ width: 280 }}
            placeholder={'tags.segment == "dormant"'}
            aria-label={say('value.churned')}
            prefix={<span className="quiet">{say('value.churned')}</span>}
          />
          <Button type="primary" loading={value.isFetching} onClick={() => (isOn ? void value.refetch() : setOn(true))}>
            {say('value.show')}
          </Button>
        </div>
        {isOn ? (
          <Answered of={value} rows={8}>
            {(answer) => <Shown answer={answer} by={by} />}
          </Answered>
        ) : null}
      </div>
    </Need>
  )
}

function Shown({ answer, by }: { answer: GetValueResponse; by: string }) {
  const { say } = useText()
  const { sampleRatio, lines, asOfTime, recordedShare, customersNotOver, withoutFacts, answersNotCounted, fewerThan } = answer
  const remarks = [
    recordedShare < 1 ? say('value.recorded', { share: share(recordedShare) }) : '',
    customersNotOver > 0n ? say('value.notOver', { count: count(customersNotOver) }) : '',
    withoutFacts > 0n ? say('value.withoutFacts', { count: count(withoutFacts) }) : '',
    answersNotCounted > 0n ? say('value.badAnswers', { count: count(answersNotCounted) }) : '',
    fewerThan > 0n ? say('value.fewer', { count: count(fewerThan) }) : '',
  ].filter((each) => each !== '')
  return (
    <div className="stack">
      {sampleRatio ? (
        <Alert
          showIcon
          type={sampleRatio.isAlarm ? 'error' : 'success'}
          title={say(sampleRatio.isAlarm ? 'campaign.srmAlarm' : 'campaign.srmOk')}
          description={`${count(sampleRatio.contacted)} : ${count(sampleRatio.heldOut)} · p = ${sampleRatio.pValue.toPrecision(3)}`}
        />
      ) : null}
      {lines.length === 0 ? (
        <Nothing text={say('value.none')} />
      ) : (
        lines.map((line) => <Line key={line.keys.join()} line={line} isNamed={by !== 'NONE'} />)
      )}
      <div className="quiet">
        {remarks.map((each) => (
          <div key={each}>{each}</div>
        ))}
        <AsOf time={asOfTime} />
      </div>
    </div>
  )
}

function Line({ line, isNamed }: { line: ValueLine; isNamed: boolean }) {
  const { say, sayCode } = useText()
  const size = (customers: bigint) => <div className="quiet">{say('value.of', { count: count(customers) })}</div>
  return (
    <section>
      {isNamed ? <h2 className="part-title">{line.keys.join(' · ') || '–'}</h2> : null}
      <Table<ValueFigure>
        size="small"
        rowKey="kind"
        pagination={false}
        dataSource={line.figures}
        scroll={{ x: 640 }}
        columns={[
          { title: say('value.figure'), render: (_, row) => sayCode('valueKind', ValueKind[row.kind]!) },
          {
            title: say('value.contacted'),
            align: 'right',
            render: (_, row) => (
              <>
                {shown(row.kind, row.contacted)}
                {size(row.contactedCustomers)}
              </>
            ),
          },
          {
            title: say('value.heldOut'),
            align: 'right',
            render: (_, row) => (
              <>
                {shown(row.kind, row.heldOut)}
                {size(row.heldOutCustomers)}
              </>
            ),
          },
          { title: say('value.difference'), render: (_, row) => <Difference figure={row} /> },
        ]}
      />
    </section>
  )
}

function Difference({ figure: { kind, difference, refusal, adjustedPValue } }: { figure: ValueFigure }) {
  const { say } = useText()
  if (!difference) return <span className="quiet">{refusal || '–'}</span>
  const { value, low, high, isClear } = difference
  return (
    <>
      <Interval low={low} value={value} high={high} />
      <span className="number">
        {shown(kind, value)}{' '}
        <span className="quiet">
          [{shown(kind, low)}, {shown(kind, high)}]
        </span>{' '}
        {isClear ? say('campaign.clear') : <span className="quiet">{say('campaign.notClear')}</span>}
        {adjustedPValue === undefined ? null : <span className="quiet"> · p = {adjustedPValue.toPrecision(2)}</span>}
      </span>
    </>
  )
}

// Each figure in the unit that people use: amounts in yuan, NPS in points.
function shown(kind: ValueKind, value: number | undefined): string {
  if (value === undefined) return '–'
  return kind === ValueKind.AUM ? yuan(value) : kind === ValueKind.NPS ? decimals(100 * value, 1) : share(value, 2)
}
