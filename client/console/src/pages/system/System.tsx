import { Card, Tabs } from 'antd'
import { useFilter } from '../../app/useFilter'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { Page } from '../../components/Page'
import { useText } from '../../i18n/useText'
import { DashboardLink } from './DashboardLink'
import { Operations } from './Operations'
import { Silos } from './Silos'
import { Stops } from './Stops'

/** The service itself: its silos, what stops it, and work in the background. */
export default function System() {
  const { say } = useText()
  const me = useMe()
  const [tab, setTab] = useFilter('tab', 'silos', ['silos', 'stops', 'operations'])
  return (
    <Page title={say('nav.system')} roles={pageRoles.system} actions={me.hasAny(['ops']) ? <DashboardLink /> : null}>
      <Card>
        <Tabs
          activeKey={tab}
          onChange={setTab}
          destroyOnHidden
          items={[
            { key: 'silos', label: say('system.silos'), children: <Silos /> },
            ...(me.hasAny(['agent', 'analyst', 'operator', 'approver', 'data', 'ops'])
              ? [{ key: 'stops', label: say('system.stops'), children: <Stops /> }]
              : []),
            ...(me.hasAny(['data', 'ops']) ? [{ key: 'operations', label: say('system.operations'), children: <Operations /> }] : []),
          ]}
        />
      </Card>
    </Page>
  )
}
