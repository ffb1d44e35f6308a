import {
  ApartmentOutlined,
  AuditOutlined,
  BarChartOutlined,
  BookOutlined,
  CarryOutOutlined,
  ClusterOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  FundOutlined,
  NotificationOutlined,
  SendOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { Alert, Layout as AntLayout, Menu } from 'antd'
import { Suspense, useEffect, useState, type ReactNode } from 'react'
import { Link, Outlet, useLocation } from 'react-router'
import { ApiError } from '../api/error'
import icon from '../icon.svg'
import { Loading } from '../components/states'
import { useText } from '../i18n/useText'
import { Header } from './Header'
import { useMe } from './MeContext'
import { pageRoles, type PageName } from './pages'

export const navigation: { page: PageName; icon: ReactNode }[] = [
  { page: 'overview', icon: <DashboardOutlined /> },
  { page: 'customers', icon: <UserOutlined /> },
  { page: 'worklist', icon: <CarryOutOutlined /> },
  { page: 'audiences', icon: <TeamOutlined /> },
  { page: 'campaigns', icon: <NotificationOutlined /> },
  { page: 'journeys', icon: <ApartmentOutlined /> },
  { page: 'catalogue', icon: <BookOutlined /> },
  { page: 'measurement', icon: <BarChartOutlined /> },
  { page: 'behaviour', icon: <FundOutlined /> },
  { page: 'models', icon: <ExperimentOutlined /> },
  { page: 'deliveries', icon: <SendOutlined /> },
  { page: 'system', icon: <ClusterOutlined /> },
  { page: 'audit', icon: <AuditOutlined /> },
]

/** The frame around every page: the navigation of what the person may see, the search, and the state of the connection. */
export function Layout() {
  const { say } = useText()
  const me = useMe()
  const { pathname } = useLocation()
  const page = pathname.split('/')[1] || 'overview'
  const [isNarrow, setNarrow] = useState(false)
  return (
    <AntLayout className="frame" hasSider>
      <a className="skip" href="#content">
        {say('app.skip')}
      </a>
      <AntLayout.Sider
        className="frame-sider"
        width={196}
        collapsedWidth={60}
        breakpoint="lg"
        collapsed={isNarrow}
        onBreakpoint={setNarrow}
        theme="light"
      >
        <Link className="brand" to="/">
          <img src={icon} alt="" />
          {isNarrow ? null : say('app.name')}
        </Link>
        <nav aria-label={say('nav.menu')}>
          <Menu
            mode="inline"
            selectedKeys={[page]}
            items={navigation
              .filter((each) => me.hasAny(pageRoles[each.page]))
              .map((each) => ({
                key: each.page,
                icon: each.icon,
                label: <Link to={`/${each.page}`}>{say(`nav.${each.page}`)}</Link>,
              }))}
          />
        </nav>
      </AntLayout.Sider>
      <AntLayout>
        <Header />
        <main id="content" className="frame-body" tabIndex={-1}>
          <Connection />
          <Suspense fallback={<Loading rows={8} />}>
            <Outlet />
          </Suspense>
        </main>
      </AntLayout>
    </AntLayout>
  )
}

const failing = { fetchStatus: 'idle' as const }

// Said once for the whole page, while what is shown gets old; each part is tried again.
function Connection() {
  const { say } = useText()
  const client = useQueryClient()
  const fetching = useIsFetching()
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    const lost = client
      .getQueryCache()
      .findAll(failing)
      .filter(({ state }) => state.error instanceof ApiError && state.error.isPassing)
    setLost(lost.length > 0)
    if (lost.length === 0) return
    const timer = setTimeout(
      () => void client.refetchQueries({ predicate: ({ state }) => state.error instanceof ApiError && state.error.isPassing }),
      3_000,
    )
    return () => clearTimeout(timer)
  }, [client, fetching])
  return isLost ? (
    <Alert className="banner" type="warning" showIcon title={say('state.unreachable')} description={say('state.unreachableText')} />
  ) : null
}
