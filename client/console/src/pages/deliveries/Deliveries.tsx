import { Card, Select, Tabs } from 'antd'
import { useCatalog } from '../../api/catalog'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Page } from '../../components/Page'
import { useText } from '../../i18n/useText'
import { DeadLetters } from './DeadLetters'
import { Waiting } from './Waiting'

/** Contacts on their way to channels, and those that were given up. */
export default function Deliveries() {
  const { say } = useText()
  const { catalog, names } = useCatalog()
  const [tab, setTab] = useFilter('tab', 'waiting', ['waiting', 'dead'])
  const [chosen, choose] = useFilter('channel')
  const channels = catalog?.channels ?? []
  const channelId = chosen || channels.find((each) => each.quietHours)?.channelId || channels[0]?.channelId || ''
  return (
    <Page
      title={say('nav.deliveries')}
      roles={pageRoles.deliveries}
      actions={
        <Select
          aria-label={say('delivery.channel')}
          value={channelId}
          onChange={choose}
          style={{ width: 200 }}
          options={channels.map((each) => ({ value: each.channelId, label: each.displayName || each.channelId }))}
        />
      }
    >
      {channelId ? (
        <Card>
          <Tabs
            activeKey={tab}
            onChange={setTab}
            destroyOnHidden
            items={[
              {
                key: 'waiting',
                label: say('delivery.waiting'),
                children: <Waiting channelId={channelId} names={names} />,
              },
              {
                key: 'dead',
                label: say('delivery.dead'),
                children: <DeadLetters channelId={channelId} names={names} />,
              },
            ]}
          />
        </Card>
      ) : null}
    </Page>
  )
}
