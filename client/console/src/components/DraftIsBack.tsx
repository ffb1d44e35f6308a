import { Alert, Button } from 'antd'
import { useText } from '../i18n/useText'

/** Says that what was not saved the last time is here again. */
export function DraftIsBack({ discard }: { discard: () => void }) {
  const { say } = useText()
  return (
    <Alert
      type="info"
      showIcon
      title={say('draft.kept')}
      action={
        <Button size="small" onClick={discard}>
          {say('draft.discard')}
        </Button>
      }
    />
  )
}
