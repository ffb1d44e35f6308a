import { SearchOutlined } from '@ant-design/icons'
import { Result } from 'antd'
import { useText } from '../i18n/useText'

export function NotFound() {
  const { say } = useText()
  return <Result icon={<SearchOutlined className="state-icon" />} title={say('state.notFoundPage')} />
}
