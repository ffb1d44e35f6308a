import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect } from 'react'
import { RouterProvider } from 'react-router'
import { ApiError } from '../api/error'
import { fetchMe } from '../api/identity'
import { Failed, Loading } from '../components/states'
import { useText } from '../i18n/useText'
import { MeContext } from './MeContext'
import { PreferencesProvider, usePreferences } from './preferences'
import { router } from './routes'
import { themeOf } from './theme'

const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? ''
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, fault) => fault instanceof ApiError && fault.isPassing && failures < 2,
      retryDelay: (attempt) => 500 * 2 ** attempt,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

export function App() {
  return (
    <QueryClientProvider client={client}>
      <PreferencesProvider>
        <Dressed />
      </PreferencesProvider>
    </QueryClientProvider>
  )
}

function Dressed() {
  const { theme } = usePreferences()
  const { language } = useText()
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
  return (
    <ConfigProvider
      theme={themeOf(theme)}
      locale={language === 'zh' ? zhCN : enUS}
      csp={{ nonce }}
      componentSize="middle"
      button={{ autoInsertSpace: false }}
    >
      <AntApp>
        <SignedIn />
      </AntApp>
    </ConfigProvider>
  )
}

// Who is signed in is known before any page asks for anything.
function SignedIn() {
  const me = useQuery({ queryKey: ['me'], queryFn: ({ signal }) => fetchMe(signal), staleTime: Infinity })
  if (me.data)
    return (
      <MeContext value={me.data}>
        <RouterProvider router={router} />
      </MeContext>
    )
  if (me.error)
    return (
      <Failed error={me.error instanceof ApiError ? me.error : new ApiError(0, me.error.message)} retry={() => void me.refetch()} />
    )
  return <Loading />
}
