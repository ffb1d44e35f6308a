import { Card, Input } from 'antd'
import { Link, useNavigate } from 'react-router'
import { pageRoles } from '../../app/pages'
import { Page } from '../../components/Page'
import { useText } from '../../i18n/useText'
import { getRecent } from './recent'

export default function FindCustomer() {
  const { say } = useText()
  const navigate = useNavigate()
  const recent = getRecent()
  return (
    <Page title={say('nav.customers')} roles={pageRoles.customers}>
      <Card title={say('customers.find')} style={{ maxWidth: 640 }}>
        <div className="stack">
          <Input.Search
            size="large"
            placeholder={say('customers.findHint')}
            aria-label={say('customers.findHint')}
            enterButton={say('action.open')}
            maxLength={64}
            onSearch={(id) => {
              if (id.trim()) void navigate(`/customers/${encodeURIComponent(id.trim())}`)
            }}
          />
          <span className="quiet">{say('customers.findText')}</span>
          {recent.length > 0 ? (
            <div className="row">
              <span className="quiet">{say('customers.recent')}</span>
              {recent.map((id) => (
                <Link key={id} to={`/customers/${encodeURIComponent(id)}`}>
                  {id}
                </Link>
              ))}
            </div>
          ) : null}
        </div>
      </Card>
    </Page>
  )
}
