import { Table, Tag } from 'antd'
import { Link } from 'react-router'
import type { Names } from '../../api/catalog'
import { MeasurementService, ModelFinding, type ModelHealth } from '../../api/generated/zhice/v1/measurement_service_pb'
import { useCall } from '../../api/hooks'
import { ago, count, decimals, share } from '../../app/format'
import { AsOf } from '../../components/figures'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

const colours: Partial<Record<ModelFinding, string>> = {
  [ModelFinding.NONE]: 'cyan',
  [ModelFinding.NO_BETTER_THAN_MEAN]: 'red',
  [ModelFinding.UNCALIBRATED]: 'orange',
  [ModelFinding.UNORDERED]: 'orange',
  [ModelFinding.STALE]: 'orange',
}

/** Which models predict badly: what they predicted before they learned it, with what is wrong first. */
export function ModelHealthTable({ names }: { names: Names }) {
  const { say, sayCode } = useText()
  const answer = useCall(MeasurementService.method.getModelHealth, {}, { every: 60_000 })
  const score = (value: number | undefined, digits = 3) =>
    value === undefined ? <span className="quiet">–</span> : decimals(value, digits)
  return (
    <Answered of={answer} rows={8}>
      {({ models, asOfTime }) => (
        <div className="stack">
          <span className="row">
            <span className="quiet">{say('health.modelsNote')}</span>
            <AsOf time={asOfTime} />
          </span>
          <Table<ModelHealth>
            size="small"
            rowKey="actionId"
            dataSource={models}
            pagination={{ pageSize: 25, hideOnSinglePage: true }}
            scroll={{ x: 820 }}
            locale={{ emptyText: <Nothing text={say('models.none')} /> }}
            columns={[
              {
                title: say('campaign.action'),
                render: (_, row) => <Link to={`/models/${row.actionId}`}>{names.action(row.actionId)}</Link>,
              },
              {
                title: say('health.finding'),
                render: (_, row) => (
                  <>
                    <Tag variant="filled" color={colours[row.finding] ?? 'default'}>
                      {sayCode('modelFinding', ModelFinding[row.finding]!)}
                    </Tag>
                    {row.isFrozen ? say('model.frozen') : ''}
                  </>
                ),
              },
              {
                title: say('model.lessons'),
                align: 'right',
                render: (_, row) => (
                  <>
                    {count(row.accepted + row.notAccepted)} <span className="quiet">{share(row.rate, 2)}</span>
                  </>
                ),
              },
              {
                title: say('health.gain'),
                align: 'right',
                render: (_, row) => (row.gain === undefined ? <span className="quiet">–</span> : share(row.gain, 1)),
              },
              { title: say('model.auc'), align: 'right', render: (_, row) => score(row.auc) },
              { title: say('model.calibration'), align: 'right', render: (_, row) => score(row.calibrationError) },
              { title: say('health.last'), align: 'right', render: (_, row) => ago(row.lastTime) },
            ]}
          />
        </div>
      )}
    </Answered>
  )
}
