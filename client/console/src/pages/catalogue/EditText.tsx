import { EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '../../app/MeContext'
import { useText } from '../../i18n/useText'
import { TextDrawer } from './TextDrawer'

/** What something new begins with, by the part of the catalogue. */
const templates: Record<string, string> = {
  actions: `actions:
  - action_id: new_action
    display_name: ""
    category_id: deposit
    purpose: marketing
    value_fen: 10000
    prior_propensity: 0.05
    eligibility:
      - {rule_id: is_adult, expression: 'tags.age >= 18'}
    treatments:
      - treatment_id: card
        placement_ids: [app_home]
        content:
          title: ""
          body: ""
`,
  tags: `tags:
  - tag_id: new_tag
    display_name: ""
    subclass_id: channel_activity
    type: integer
`,
  placements: `placements:
  - placement_id: new_placement
    display_name: ""
    channel_id: app
    default_limit: 3
    count_at: impression
`,
  journeys: `journeys:
  - journey_id: new_journey
    version: 1
    display_name: ""
    entry: {event_type_ids: [login]}
    stages:
      - stage_id: begun
        transitions:
          - {after: 7d, to_stage_id: over}
      - {stage_id: over, final: true}
`,
}

/** A button that opens a part of the catalogue as text: one thing by its id, a whole part, or something new. */
export function EditText({ part, id, isNew = false }: { part: string; id?: string; isNew?: boolean }) {
  const { say } = useText()
  const me = useMe()
  const [isOpen, setOpen] = useState(false)
  if (!me.hasAny(['analyst', 'operator', 'approver'])) return null
  return (
    <>
      <Button size="small" icon={isNew ? <PlusOutlined /> : <EditOutlined />} onClick={() => setOpen(true)}>
        {say(isNew ? 'text.new' : 'text.edit')}
      </Button>
      {isOpen ? (
        <TextDrawer
          part={part}
          id={isNew ? '' : (id ?? '*')}
          {...(isNew ? { template: templates[part] ?? `${part}:\n` } : {})}
          title={isNew ? say('text.new') : `${say('text.edit')} · ${id ?? part}`}
          close={() => setOpen(false)}
        />
      ) : null}
    </>
  )
}
