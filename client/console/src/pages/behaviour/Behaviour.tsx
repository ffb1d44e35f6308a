import { Card, Segmented, Select, Tabs } from 'antd'
import { useCatalog } from '../../api/catalog'
import { useAudiences } from '../../api/audiences'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Page } from '../../components/Page'
import { Views } from '../../components/Views'
import { useText } from '../../i18n/useText'
import { Activity } from './Activity'
import { Counts } from './Counts'
import { Funnel } from './Funnel'
import { Paths } from './Paths'
import { Retention } from './Retention'
import { lengths, useScope } from './scope'

/** What customers do: how often, on which ways, and whether they come back. */
export default function Behaviour() {
  const { say } = useText()
  const { names } = useCatalog()
  const [tab, setTab] = useFilter('tab', 'activity', ['activity', 'counts', 'funnel', 'retention', 'paths'])
  const { days, setDays, audience, setAudience, scope } = useScope()
  const audiences = useAudiences()
  return (
    <Page title={say('nav.behaviour')} roles={pageRoles.behaviour} actions={<Views />}>
      <Card>
        <div className="stack">
          <div className="row">
            <Segmented
              aria-label={say('measurement.days')}
              value={days}
              onChange={setDays}
              options={lengths.map((each) => ({ value: each, label: say('measurement.last', { days: each }) }))}
            />
            <Select
              value={audience}
              onChange={setAudience}
              style={{ minWidth: 220 }}
              aria-label={say('behaviour.whose')}
              options={[
                { value: '', label: say('behaviour.everybody') },
                ...(audiences.data ?? []).map((each) => ({
                  value: each.audienceId,
                  label: each.displayName || each.audienceId,
                })),
              ]}
            />
          </div>
          <Tabs
            activeKey={tab}
            onChange={setTab}
            destroyOnHidden
            items={[
              {
                key: 'activity',
                label: say('behaviour.activity'),
                children: <Activity scope={scope} days={Number(days)} names={names} />,
              },
              {
                key: 'counts',
                label: say('behaviour.counts'),
                children: <Counts scope={scope} days={Number(days)} names={names} />,
              },
              { key: 'funnel', label: say('behaviour.funnel'), children: <Funnel scope={scope} names={names} /> },
              { key: 'retention', label: say('behaviour.retention'), children: <Retention scope={scope} names={names} /> },
              { key: 'paths', label: say('behaviour.paths'), children: <Paths scope={scope} names={names} /> },
            ]}
          />
        </div>
      </Card>
    </Page>
  )
}
