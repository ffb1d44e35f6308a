import { Card, Table, Tabs, Tag } from 'antd'
import { Link } from 'react-router'
import { useCatalog, type Names } from '../../api/catalog'
import { LearningService, type Model } from '../../api/generated/zhice/v1/learning_service_pb'
import { useCall } from '../../api/hooks'
import { count, decimals } from '../../app/format'
import { pageRoles } from '../../app/pages'
import { Page } from '../../components/Page'
import { Answered, Nothing } from '../../components/states'
import { useMe } from '../../app/MeContext'
import { useFilter } from '../../app/useFilter'
import { useText } from '../../i18n/useText'
import { ModelHealthTable } from './ModelHealthTable'

export default function Models() {
  const { say } = useText()
  const me = useMe()
  const { names } = useCatalog()
  const [tab, setTab] = useFilter('tab', 'models', ['models', 'health'])
  return (
    <Page title={say('nav.models')} roles={pageRoles.models}>
      <Card>
        <Tabs
          activeKey={tab}
          onChange={setTab}
          destroyOnHidden
          items={[
            { key: 'models', label: say('nav.models'), children: <ModelTable names={names} /> },
            ...(me.hasAny(['analyst', 'operator', 'approver'])
              ? [{ key: 'health', label: say('health.models'), children: <ModelHealthTable names={names} /> }]
              : []),
          ]}
        />
      </Card>
    </Page>
  )
}

function ModelTable({ names }: { names: Names }) {
  const { say } = useText()
  const models = useCall(LearningService.method.listModels, {}, { every: 30_000 })
  const score = (value: number | undefined) => (value === undefined ? <span className="quiet">–</span> : decimals(value))
  return (
    <Answered of={models} rows={8}>
      {(list) => (
        <Table<Model>
          size="small"
          rowKey="actionId"
          dataSource={list.models}
          pagination={{ pageSize: 25, hideOnSinglePage: true }}
          scroll={{ x: 760 }}
          locale={{ emptyText: <Nothing text={say('models.none')} /> }}
          columns={[
            {
              title: say('campaign.action'),
              render: (_, row) => (
                <>
                  <Link to={`/models/${row.actionId}`}>{names.action(row.actionId)}</Link>
                  <div className="quiet mono">{row.actionId}</div>
                </>
              ),
            },
            {
              title: say('campaign.state'),
              width: 110,
              render: (_, row) => (
                <Tag variant="filled" color={row.isFrozen ? 'orange' : 'cyan'}>
                  {say(row.isFrozen ? 'model.frozen' : 'model.learning')}
                </Tag>
              ),
            },
            {
              title: say('model.learned'),
              align: 'right',
              defaultSortOrder: 'descend',
              sorter: (a, b) => Number((a.champion?.learned ?? 0n) - (b.champion?.learned ?? 0n)),
              render: (_, row) => count(row.champion?.learned ?? 0n),
            },
            { title: say('model.auc'), align: 'right', render: (_, row) => score(row.champion?.auc) },
            { title: say('model.logLoss'), align: 'right', render: (_, row) => score(row.champion?.logLoss) },
            { title: say('model.calibration'), align: 'right', render: (_, row) => score(row.champion?.calibrationError) },
            {
              title: say('model.challenger'),
              align: 'right',
              render: (_, row) =>
                row.challenger ? (
                  <>
                    {say('model.auc')} {score(row.challenger.auc)}
                  </>
                ) : (
                  <span className="quiet">{say('model.noChallenger')}</span>
                ),
            },
          ]}
        />
      )}
    </Answered>
  )
}
