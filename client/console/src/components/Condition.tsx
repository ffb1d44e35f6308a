import { lazy, Suspense } from 'react'
import { useCatalog } from '../api/catalog'
import { useText } from '../i18n/useText'
import { Loading } from './states'

const Editor = lazy(() => import('./ExpressionEditor'))

/** The editor of conditions, loaded when it is needed. */
export function Condition({
  value = '',
  onChange,
  readOnly = false,
}: {
  value?: string
  onChange?: (value: string) => void
  readOnly?: boolean
}) {
  const { say } = useText()
  const { names } = useCatalog()
  return (
    <Suspense fallback={<Loading rows={3} />}>
      <Editor
        value={value}
        onChange={onChange ?? (() => undefined)}
        label={say('audience.editor')}
        tagName={names.tag}
        readOnly={readOnly}
      />
    </Suspense>
  )
}
