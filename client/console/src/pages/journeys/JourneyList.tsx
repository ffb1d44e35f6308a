import { Card, Table } from 'antd'
import { Link } from 'react-router'
import { JourneyService } from '../../api/generated/zhice/v1/journey_service_pb'
import type { Journey } from '../../api/generated/zhice/v1/journey_pb'
import { useCall } from '../../api/hooks'
import { useCatalog } from '../../api/catalog'
import { pageRoles } from '../../app/pages'
import { Page } from '../../components/Page'
import { Answered, Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'
import { EditText } from '../catalogue/EditText'

export default function JourneyList() {
  const { say } = useText()
  const { names } = useCatalog()
  const journeys = useCall(JourneyService.method.listJourneys, {})
  const newest = (all: Journey[]) =>
    all.filter((each) => all.every((other) => other.journeyId !== each.journeyId || other.version <= each.version))
  return (
    <Page title={say('nav.journeys')} roles={pageRoles.journeys} actions={<EditText part="journeys" isNew />}>
      <Card>
        <Answered of={journeys}>
          {(list) => (
            <Table<Journey>
              size="small"
              rowKey="journeyId"
              pagination={false}
              dataSource={newest(list.journeys)}
              scroll={{ x: 640 }}
              locale={{ emptyText: <Nothing text={say('journeys.none')} /> }}
              columns={[
                {
                  title: say('campaign.name'),
                  render: (_, row) => (
                    <>
                      <Link to={`/journeys/${row.journeyId}`}>{row.displayName || row.journeyId}</Link>
                      <div className="quiet mono">{row.journeyId}</div>
                    </>
                  ),
                },
                { title: say('audience.version'), width: 80, dataIndex: 'version' },
                { title: say('journey.table'), render: (_, row) => say('journeys.stages', { count: row.stages.length }) },
                {
                  title: say('journey.entered'),
                  render: (_, row) => row.entry?.eventTypeIds.map(names.eventType).join('、') || <code>{row.entry?.when}</code>,
                },
              ]}
            />
          )}
        </Answered>
      </Card>
    </Page>
  )
}
