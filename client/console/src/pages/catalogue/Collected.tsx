import { Alert, Button, Tag } from 'antd'
import { forgetCollected, takeOut, useCollected } from '../../api/collected'
import { useText } from '../../i18n/useText'

/** The edits of parts of the catalogue that wait, to be proposed in one change request; each can be taken out again. */
export function Collected() {
  const { say } = useText()
  const edits = useCollected()
  if (edits.length === 0) return null
  return (
    <Alert
      type="info"
      className="banner"
      title={say('collected.title', { count: edits.length })}
      description={
        <span className="row">
          {edits.map((each) => (
            <Tag
              key={each.part + each.id + each.text}
              closable={{ 'aria-label': say('collected.takeOut', { title: each.title }) }}
              onClose={(event) => {
                event.preventDefault()
                takeOut(each)
              }}
            >
              {each.title}
            </Tag>
          ))}
        </span>
      }
      action={
        <Button size="small" onClick={forgetCollected}>
          {say('draft.discard')}
        </Button>
      }
    />
  )
}
