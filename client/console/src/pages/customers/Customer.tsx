import { Card, Tabs } from 'antd'
import { useEffect } from 'react'
import { useParams } from 'react-router'
import { useCatalog } from '../../api/catalog'
import { CustomerService } from '../../api/generated/zhice/v1/customer_service_pb'
import { useCall } from '../../api/hooks'
import { pageRoles } from '../../app/pages'
import { useFilter } from '../../app/useFilter'
import { Page } from '../../components/Page'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Caps } from './Caps'
import { Consents } from './Consents'
import { Contacts } from './Contacts'
import { Desk } from './Desk'
import { Holds } from './Holds'
import { Journeys } from './Journeys'
import { LastEvents } from './LastEvents'
import { Tags } from './Tags'
import { noteRecent } from './recent'
import { Why } from './Why'

/** All that is known of a customer, and what may be said to them. */
export default function Customer() {
  const { customerId = '' } = useParams()
  const { say } = useText()
  const { names } = useCatalog()
  const [tab, setTab] = useFilter('tab', 'now', ['now', 'why', 'desk', 'contacts', 'consents', 'journeys'])
  const answer = useCall(CustomerService.method.getCustomer, { customerId })
  const isFound = answer.data !== undefined
  useEffect(() => {
    if (isFound) noteRecent(customerId)
  }, [isFound, customerId])
  return (
    <Page
      title={customerId}
      roles={pageRoles.customers}
      beside={answer.data ? <span>{say('customer.version', { version: String(answer.data.customer!.version) })}</span> : null}
    >
      <Answered of={answer} rows={10}>
        {({ customer }) => (
          <div className="columns">
            <div className="w8">
              <Card>
                <Tabs
                  activeKey={tab}
                  onChange={setTab}
                  destroyOnHidden
                  items={[
                    {
                      key: 'now',
                      label: say('customer.tab.now'),
                      children: <Tags tags={customer!.tags} names={names} />,
                    },
                    {
                      key: 'why',
                      label: say('customer.tab.why'),
                      children: <Why customerId={customerId} names={names} />,
                    },
                    {
                      key: 'desk',
                      label: say('customer.tab.desk'),
                      children: <Desk customerId={customerId} names={names} />,
                    },
                    {
                      key: 'contacts',
                      label: say('customer.tab.contacts'),
                      children: <Contacts customerId={customerId} names={names} />,
                    },
                    {
                      key: 'consents',
                      label: say('customer.tab.consents'),
                      children: <Consents customer={customer!} names={names} />,
                    },
                    {
                      key: 'journeys',
                      label: say('customer.tab.journeys'),
                      children: <Journeys customerId={customerId} names={names} />,
                    },
                  ]}
                />
              </Card>
            </div>
            <div className="stack w4">
              <Caps counters={customer!.contactCounters} names={names} />
              <Holds customerId={customerId} holds={customer!.holds} names={names} />
              <LastEvents events={customer!.lastEvents} names={names} />
            </div>
          </div>
        )}
      </Answered>
    </Page>
  )
}
