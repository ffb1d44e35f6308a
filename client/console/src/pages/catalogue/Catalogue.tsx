import { Card, Tabs } from 'antd'
import { useCatalog } from '../../api/catalog'
import { dateTime } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { Page } from '../../components/Page'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Actions } from './Actions'
import { Changes } from './Changes'
import { Collected } from './Collected'
import { Placements } from './Placements'
import { Policy } from './Policy'
import { TagList } from './TagList'
import { Versions } from './Versions'

/** What the bank defines, in the version in force, and the changes that wait for approval. */
export default function Catalogue() {
  const { say } = useText()
  const me = useMe()
  const [tab, setTab] = useFilter('tab', 'actions', ['actions', 'tags', 'placements', 'policy', 'changes', 'versions'])
  const answer = useCatalog()
  const { version } = answer.data ?? {}
  return (
    <Page
      title={say('nav.catalogue')}
      roles={pageRoles.catalogue}
      beside={
        version ? (
          <span>
            {say('catalogue.version', {
              version: String(version.version),
              author: version.author,
              time: dateTime(version.applyTime),
            })}
          </span>
        ) : null
      }
    >
      <Answered of={answer} rows={10}>
        {(data) => (
          <Card>
            <Collected />
            <Tabs
              activeKey={tab}
              onChange={setTab}
              destroyOnHidden
              items={[
                {
                  key: 'actions',
                  label: `${say('catalogue.actions')} ${data.catalog!.actions.length}`,
                  children: <Actions names={answer.names} etag={data.version!.etag} />,
                },
                {
                  key: 'tags',
                  label: `${say('catalogue.tags')} ${data.catalog!.tags.length}`,
                  children: <TagList names={answer.names} />,
                },
                {
                  key: 'placements',
                  label: `${say('catalogue.placements')} ${data.catalog!.placements.length}`,
                  children: <Placements names={answer.names} />,
                },
                { key: 'policy', label: say('catalogue.policy'), children: <Policy names={answer.names} /> },
                ...(me.hasAny(['analyst', 'operator', 'approver'])
                  ? [{ key: 'changes', label: say('catalogue.changes'), children: <Changes /> }]
                  : []),
                ...(me.hasAny(['analyst', 'operator', 'approver', 'ops'])
                  ? [
                      {
                        key: 'versions',
                        label: say('catalogue.versions'),
                        children: <Versions current={data.version!.version} etag={data.version!.etag} />,
                      },
                    ]
                  : []),
              ]}
            />
          </Card>
        )}
      </Answered>
    </Page>
  )
}
