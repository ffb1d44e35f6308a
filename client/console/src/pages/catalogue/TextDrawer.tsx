import { Alert, App as AntApp, Button, Drawer, Form, Input } from 'antd'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { collect, forgetCollected, type CollectedEdit } from '../../api/collected'
import type { Catalog } from '../../api/generated/zhice/v1/catalog_pb'
import { CatalogService, type CheckCatalogTextResponse } from '../../api/generated/zhice/v1/catalog_service_pb'
import { toApiError, useChange } from '../../api/hooks'
import { useMe } from '../../app/MeContext'
import { useErrorNote } from '../../app/useErrorNote'
import { Differences } from '../../components/Differences'
import { DraftIsBack } from '../../components/DraftIsBack'
import { Failed, Loading } from '../../components/states'
import { useText } from '../../i18n/useText'
import { Collected } from './Collected'
import { SimulateDraft } from './SimulateDraft'
import { useCatalogText } from './useCatalogText'

const TextEditor = lazy(() => import('../../components/TextEditor'))

interface Props {
  part: string
  /** The id of what is edited; empty for something new, which begins with the template. */
  id: string
  template?: string
  title: string
  close: () => void
  /** Shows a draft without errors next to the text. */
  beside?: (draft: Catalog | undefined) => ReactNode
}

const none: never[] = []

/** A part of the catalogue as text: checked by the host while it is written, then compared, simulated and proposed. */
export function TextDrawer({ part, id, template, title, close, beside }: Props) {
  const { say } = useText()
  const edit = useCatalogText(part, id, template)
  const { text, setText, read, isChanged, isSettled, checked } = edit
  const result = checked.data
  const isSound = isChanged && isSettled && result !== undefined && result.faults.length === 0
  return (
    <Drawer open onClose={close} title={title} size={beside ? 1240 : 860} destroyOnHidden>
      {read.error ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : text === null ? (
        <Loading rows={12} />
      ) : (
        <div className="columns">
          <div className={beside ? 'stack w6' : 'stack w12'}>
            {edit.isBack ? <DraftIsBack discard={edit.discard} /> : null}
            <Collected />
            <Suspense fallback={<Loading rows={12} />}>
              <TextEditor value={text} onChange={setText} label={title} faults={result && isChanged ? result.faults : none} />
            </Suspense>
            {checked.error ? <Failed error={checked.error} /> : null}
            {result && isChanged ? <Findings result={result} /> : <span className="quiet">{say('text.help')}</span>}
            {isSound ? <SimulateDraft draft={result.catalog!} /> : null}
            <Propose
              result={isSound ? result : undefined}
              edit={{ ...edit.target, text, title }}
              close={() => {
                edit.forget()
                close()
              }}
            />
          </div>
          {beside ? (
            <div className="stack w6">
              {beside(isSound || (isChanged && result?.faults.length === 0) ? result?.catalog : undefined)}
            </div>
          ) : null}
        </div>
      )}
    </Drawer>
  )
}

function Findings({ result }: { result: CheckCatalogTextResponse }) {
  const { say } = useText()
  if (result.faults.length > 0) {
    return (
      <Alert
        type="error"
        showIcon
        title={say('text.faults', { count: result.faults.length })}
        description={
          <ul className="plain-list">
            {result.faults.slice(0, 12).map((fault, i) => (
              <li key={i}>
                {fault.line > 0 ? say('text.at', { line: fault.line, column: fault.column }) : say('text.elsewhere')}{' '}
                {fault.path ? <code>{fault.path}</code> : null} {fault.description}
              </li>
            ))}
          </ul>
        }
      />
    )
  }
  return (
    <>
      {result.warnings.map((warning) => (
        <Alert key={warning} type="warning" showIcon title={warning} />
      ))}
      {result.differences.length === 0 ? (
        <span className="quiet">{say('text.same')}</span>
      ) : (
        <Differences of={result.differences} />
      )}
    </>
  )
}

function Propose({ result, edit, close }: { result: CheckCatalogTextResponse | undefined; edit: CollectedEdit; close: () => void }) {
  const { say } = useText()
  const me = useMe()
  const { message } = AntApp.useApp()
  const note = useErrorNote()
  const propose = useChange(CatalogService.method.proposeCatalogChange)
  const [comment, setComment] = useState('')
  if (!me.hasAny(['operator'])) return null
  const submit = async () => {
    try {
      const { change } = await propose.mutateAsync({
        catalog: result!.catalog!,
        baseEtag: result!.baseEtag,
        comment: comment.trim(),
        requestId: crypto.randomUUID(),
      })
      forgetCollected()
      void message.success(say('catalogue.proposed', { id: String(change?.changeId) }))
      close()
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  return (
    <Form layout="vertical" onFinish={() => void submit()}>
      <Form.Item label={say('catalogue.comment')} extra={say('catalogue.proposeNote')}>
        <Input.TextArea
          aria-label={say('catalogue.comment')}
          rows={2}
          maxLength={300}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </Form.Item>
      <div className="row">
        <Button
          type="primary"
          htmlType="submit"
          loading={propose.isPending}
          disabled={!result || result.differences.length === 0 || comment.trim() === ''}
        >
          {say('catalogue.propose')}
        </Button>
        <Button
          disabled={!result || result.differences.length === 0}
          onClick={() => {
            collect(edit)
            close()
          }}
        >
          {say('collected.add')}
        </Button>
      </div>
    </Form>
  )
}
