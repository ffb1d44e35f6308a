import { Table, Tag } from 'antd'
import { SiloState, SystemService, type GrainCount, type Silo } from '../../api/generated/zhice/v1/system_service_pb'
import { useCall } from '../../api/hooks'
import { count, megabytes } from '../../app/format'
import { AsOf, Meter } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Store } from './Store'

const colours: Partial<Record<SiloState, string>> = {
  [SiloState.ACTIVE]: 'cyan',
  [SiloState.DEAD]: 'red',
  [SiloState.STOPPING]: 'orange',
  [SiloState.STARTING]: 'blue',
}

export function Silos() {
  const { say, sayCode } = useText()
  const silos = useCall(SystemService.method.listSilos, {}, { every: 5_000 })
  const known = (silo: Silo, shown: React.ReactNode) => (silo.hasAnswered ? shown : <span className="quiet">–</span>)
  return (
    <Answered of={silos}>
      {(list) => (
        <div className="stack">
          <Table<Silo>
            size="small"
            rowKey="address"
            pagination={false}
            dataSource={list.silos}
            scroll={{ x: 760 }}
            columns={[
              { title: say('system.address'), render: (_, silo) => <code>{silo.address}</code> },
              {
                title: say('system.state'),
                render: (_, silo) => (
                  <>
                    <Tag variant="filled" color={colours[silo.state] ?? 'default'}>
                      {sayCode('siloState', SiloState[silo.state]!)}
                    </Tag>
                    {silo.isOverloaded ? (
                      <Tag variant="filled" color="red">
                        {say('system.overloaded')}
                      </Tag>
                    ) : null}
                    {silo.state === SiloState.ACTIVE && !silo.hasAnswered ? (
                      <span className="quiet">{say('system.noAnswer')}</span>
                    ) : null}
                  </>
                ),
              },
              {
                title: say('system.activations'),
                align: 'right',
                render: (_, silo) => known(silo, count(silo.activations)),
              },
              {
                title: say('system.cpu'),
                width: 150,
                render: (_, silo) =>
                  known(
                    silo,
                    <>
                      <Meter used={silo.cpuPercent} limit={100} label={say('system.cpu')} />
                      <span className="quiet">{Math.round(silo.cpuPercent)}%</span>
                    </>,
                  ),
              },
              {
                title: say('system.memory'),
                width: 170,
                render: (_, silo) =>
                  known(
                    silo,
                    <>
                      <Meter used={Number(silo.memoryBytes)} limit={Number(silo.memoryLimitBytes)} label={say('system.memory')} />
                      <span className="quiet">
                        {megabytes(silo.memoryBytes)} / {megabytes(silo.memoryLimitBytes)}
                      </span>
                    </>,
                  ),
              },
              { title: say('system.clients'), align: 'right', render: (_, silo) => known(silo, count(silo.clients)) },
            ]}
          />
          <Store />
          <section>
            <div className="spread">
              <h2 className="part-title">{say('system.grains')}</h2>
              <AsOf time={list.asOfTime} />
            </div>
            <Table<GrainCount>
              size="small"
              rowKey="kind"
              pagination={{ pageSize: 12, hideOnSinglePage: true }}
              dataSource={list.grains}
              columns={[
                { title: say('system.kind'), render: (_, grain) => <code>{grain.kind}</code> },
                { title: say('system.count'), align: 'right', render: (_, grain) => count(grain.activations) },
              ]}
            />
          </section>
        </div>
      )}
    </Answered>
  )
}
