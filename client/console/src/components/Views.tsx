import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown, Input, Modal } from 'antd'
import { useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { useText } from '../i18n/useText'

interface View {
  name: string
  search: string
}

/** Filters of a page under a name, kept in the person's browser; the address of one can be sent to others. */
export function Views() {
  const { say } = useText()
  const { pathname, search } = useLocation()
  const navigate = useNavigate()
  const key = `zhice.views.${pathname}`
  const [views, setViews] = useState<View[]>(() => JSON.parse(localStorage.getItem(key) ?? '[]') as View[])
  const [name, setName] = useState<string | null>(null)
  const keep = (all: View[]) => {
    localStorage.setItem(key, JSON.stringify(all))
    setViews(all)
  }
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...(views.length === 0
              ? [{ key: 'none', label: say('views.none'), disabled: true }]
              : views.map((view, i) => ({
                  key: `v${i}`,
                  label: view.name,
                  onClick: () => void navigate(pathname + view.search),
                }))),
            { type: 'divider' as const },
            { key: 'save', label: say('action.saveView'), onClick: () => setName('') },
          ],
        }}
      >
        <Button>
          {say('action.views')} <DownOutlined />
        </Button>
      </Dropdown>
      <Modal
        open={name !== null}
        title={say('action.saveView')}
        okText={say('action.save')}
        cancelText={say('action.cancel')}
        onCancel={() => setName(null)}
        okButtonProps={{ disabled: !name?.trim() }}
        onOk={() => {
          keep([...views.filter((view) => view.name !== name), { name: name!.trim(), search }])
          setName(null)
        }}
      >
        <Input
          aria-label={say('views.name')}
          placeholder={say('views.name')}
          maxLength={40}
          value={name ?? ''}
          onChange={(event) => setName(event.target.value)}
        />
      </Modal>
    </>
  )
}
