import { ExportOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useText } from '../../i18n/useText'

const address = '/dashboard/'

/**
 * The way to Orleans' own dashboard, where the host serves it: by the same sign-in. It is a page of its own: it needs inline scripts and
 * styles, which the policy of these pages refuses, also in a frame.
 */
export function DashboardLink() {
  const { say } = useText()
  const found = useQuery({
    queryKey: ['dashboard'],
    queryFn: async ({ signal }) => (await fetch(address, { signal })).ok,
    staleTime: Infinity,
  })
  return found.data ? (
    <Button href={address} target="_blank" icon={<ExportOutlined />}>
      {say('system.dashboard')}
    </Button>
  ) : null
}
