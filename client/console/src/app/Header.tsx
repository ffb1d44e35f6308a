import { MoonOutlined, SunOutlined, UserOutlined } from '@ant-design/icons'
import { App as AntApp, Button, Dropdown, Form, Input, Layout, Modal, Select, Tooltip } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { allRoles, getPersona, setPersona, signOut, type Persona } from '../api/identity'
import { setLanguage } from '../i18n'
import { useText } from '../i18n/useText'
import { findById } from './find'
import { useMe } from './MeContext'
import { usePreferences } from './preferences'

/** The search by any id, and the person with their language and colours. */
export function Header() {
  const { say, language } = useText()
  const { theme, setTheme } = usePreferences()
  const me = useMe()
  const [isChoosing, setChoosing] = useState(false)
  const other = theme === 'light' ? 'dark' : 'light'
  return (
    <Layout.Header className="frame-head">
      <Search />
      <span className="frame-space" />
      <Button type="text" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')} lang={language === 'zh' ? 'en' : 'zh-CN'}>
        {say('header.language')}
      </Button>
      <Tooltip title={say(`header.theme.${other}`)}>
        <Button
          type="text"
          aria-label={say(`header.theme.${other}`)}
          icon={theme === 'light' ? <MoonOutlined /> : <SunOutlined />}
          onClick={() => setTheme(other)}
        />
      </Tooltip>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...(me.isDevelopment ? [{ key: 'persona', label: say('header.switchPerson'), onClick: () => setChoosing(true) }] : []),
            ...(me.canSignOut ? [{ key: 'out', label: say('header.signOut'), onClick: () => void signOut() }] : []),
          ],
        }}
      >
        <Button type="text" icon={<UserOutlined />} aria-label={`${say('header.person')}: ${me.name}`}>
          {me.name}
        </Button>
      </Dropdown>
      {isChoosing ? <PersonaDialog close={() => setChoosing(false)} /> : null}
    </Layout.Header>
  )
}

function Search() {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const me = useMe()
  const navigate = useNavigate()
  const [isBusy, setBusy] = useState(false)
  const find = async (text: string) => {
    const id = text.trim()
    if (!id) return
    setBusy(true)
    const path = await findById(id, me)
    setBusy(false)
    if (path) void navigate(path)
    else void message.info(say('state.missingText', { id }))
  }
  return (
    <Input.Search
      className="frame-search"
      role="search"
      aria-label={say('header.searchLabel')}
      placeholder={say('header.search')}
      allowClear
      loading={isBusy}
      onSearch={(text) => void find(text)}
    />
  )
}

function PersonaDialog({ close }: { close: () => void }) {
  const { say, sayCode } = useText()
  const [form] = Form.useForm<Persona>()
  const me = useMe()
  const become = (persona: Persona | null) => {
    setPersona(persona)
    location.reload()
  }
  return (
    <Modal
      open
      title={say('persona.title')}
      onCancel={close}
      okText={say('action.apply')}
      cancelText={say('action.cancel')}
      onOk={() => void form.validateFields().then(become)}
      footer={(buttons) => (
        <>
          {getPersona() ? <Button onClick={() => become(null)}>{say('persona.reset')}</Button> : null}
          {buttons}
        </>
      )}
    >
      <p className="quiet">{say('persona.note')}</p>
      <Form form={form} layout="vertical" initialValues={{ name: me.name, roles: me.roles }}>
        <Form.Item name="name" label={say('persona.name')} rules={[{ required: true }]}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="roles" label={say('persona.roles')} rules={[{ required: true }]}>
          <Select mode="multiple" options={allRoles.map((role) => ({ value: role, label: sayCode('role', role) }))} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
