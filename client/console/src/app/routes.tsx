import { lazy, type ComponentType } from 'react'
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router'
import { useMe } from './MeContext'
import { Layout, navigation } from './Layout'
import { NotFound } from './NotFound'
import { RouteFault } from './RouteFault'
import { pageRoles } from './pages'

// Each page is loaded when it is opened.
const page = (path: string, load: () => Promise<{ default: ComponentType }>): RouteObject => ({ path, Component: lazy(load) })

// A person begins on the first page that they may see.
function Home() {
  const me = useMe()
  const first = navigation.find((each) => me.hasAny(pageRoles[each.page]))
  return <Navigate to={`/${first?.page ?? 'system'}`} replace />
}

export const router = createBrowserRouter(
  [
    {
      Component: Layout,
      errorElement: <RouteFault />,
      children: [
        { index: true, Component: Home },
        page('overview', () => import('../pages/overview/Overview')),
        page('customers', () => import('../pages/customers/FindCustomer')),
        page('customers/:customerId', () => import('../pages/customers/Customer')),
        page('worklist', () => import('../pages/worklist/WorkList')),
        page('audiences', () => import('../pages/audiences/AudienceList')),
        page('audiences/:audienceId', () => import('../pages/audiences/Audience')),
        page('campaigns', () => import('../pages/campaigns/CampaignList')),
        page('campaigns/new', () => import('../pages/campaigns/CampaignWizard')),
        page('campaigns/:campaignId', () => import('../pages/campaigns/Campaign')),
        page('campaigns/:campaignId/edit', () => import('../pages/campaigns/CampaignWizard')),
        page('journeys', () => import('../pages/journeys/JourneyList')),
        page('journeys/:journeyId', () => import('../pages/journeys/Journey')),
        page('catalogue', () => import('../pages/catalogue/Catalogue')),
        page('measurement', () => import('../pages/measurement/Measurement')),
        page('behaviour', () => import('../pages/behaviour/Behaviour')),
        page('models', () => import('../pages/models/Models')),
        page('models/:actionId', () => import('../pages/models/ModelPage')),
        page('deliveries', () => import('../pages/deliveries/Deliveries')),
        page('audit', () => import('../pages/audit/Audit')),
        page('system', () => import('../pages/system/System')),
        { path: '*', Component: NotFound },
      ],
    },
  ],
  { basename: '/app' },
)
