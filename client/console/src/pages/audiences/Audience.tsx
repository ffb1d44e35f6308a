import { App as AntApp, Button, Card, Form, Input } from 'antd'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { AudienceService, type Audience as Saved } from '../../api/generated/zhice/v1/audience_service_pb'
import { toApiError, useCall, useChange } from '../../api/hooks'
import { count, dateTime } from '../../app/format'
import { useMe } from '../../app/MeContext'
import { pageRoles } from '../../app/pages'
import { findKept, keep, useKept } from '../../app/kept'
import { useErrorNote } from '../../app/useErrorNote'
import { useLater } from '../../app/useLater'
import { Condition } from '../../components/Condition'
import { DraftIsBack } from '../../components/DraftIsBack'
import { Page } from '../../components/Page'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import { AudienceSize } from './AudienceSize'
import { Breakdown } from './Breakdown'
import { History } from './History'
import { Overlap } from './Overlap'
import { Sample } from './Sample'
import { UsedBy } from './UsedBy'

/** An audience: its condition, and who the customers are while it is written. */
export default function Audience() {
  const { audienceId = '' } = useParams()
  const { say } = useText()
  const isNew = audienceId === 'new'
  const answer = useCall(AudienceService.method.getAudience, { audienceId }, { enabled: !isNew })
  if (isNew) return <Editing key="new" title={say('audiences.new')} saved={undefined} />
  const saved = answer.data?.audience
  return saved ? (
    <Editing key={saved.etag} title={saved.displayName || audienceId} saved={saved} />
  ) : (
    <Page title={audienceId} roles={pageRoles.audiences}>
      <Answered of={answer}>{() => null}</Answered>
    </Page>
  )
}

function Editing({ title, saved }: { title: string; saved: Saved | undefined }) {
  const { say } = useText()
  const me = useMe()
  const navigate = useNavigate()
  const isOperator = me.hasAny(['operator'])
  const [params] = useSearchParams()
  const start = saved?.expression ?? params.get('expression') ?? 'true'
  const name = `audience.${saved ? `${saved.audienceId}.${saved.etag}` : `new.${start}`}`
  const { value: expression, set: setExpression, isBack, drop } = useKept(name, start)
  const isList = saved !== undefined && saved.expression === ''
  const settled = useLater(expression.trim(), 500)
  const ref = isList ? { audienceId: saved.audienceId } : { expression: settled }
  return (
    <Page
      title={title}
      roles={pageRoles.audiences}
      beside={
        saved ? (
          <>
            <code>{saved.audienceId}</code>
            <span>
              {say('audience.version')} {String(saved.version)}
            </span>
            <span>{saved.author}</span>
            <span>{dateTime(saved.saveTime)}</span>
          </>
        ) : null
      }
      actions={
        saved && isOperator ? (
          <>
            <Button onClick={() => void navigate(`/campaigns/new?audience=${saved.audienceId}`)}>{say('audience.campaign')}</Button>
            <DeleteButton saved={saved} />
          </>
        ) : null
      }
    >
      <div className="columns">
        <div className="stack w7">
          <Card title={say('audience.condition')}>
            {isList ? (
              say('audience.list', { count: count(saved.listed) })
            ) : (
              <div className="stack">
                {isBack ? <DraftIsBack discard={drop} /> : null}
                <Condition
                  value={expression}
                  onChange={setExpression}
                  readOnly={!isOperator && saved !== undefined && !me.hasAny(['analyst', 'approver'])}
                />
                <div className="quiet">{say('audience.help')}</div>
                {isOperator ? <SaveForm saved={saved} expression={expression} name={name} /> : null}
              </div>
            )}
          </Card>
          <Breakdown audience={ref} isReady={isList || settled !== ''} />
          <Sample audience={ref} />
        </div>
        <div className="stack w5 first-when-narrow">
          <AudienceSize audience={ref} isReady={isList || settled !== ''} />
          <Overlap audience={ref} self={saved?.audienceId} isReady={isList || settled !== ''} />
          {saved ? <UsedBy audienceId={saved.audienceId} /> : null}
          {saved ? <History audienceId={saved.audienceId} {...(isList || !isOperator ? {} : { use: setExpression })} /> : null}
        </div>
      </div>
    </Page>
  )
}

interface Names {
  audienceId: string
  displayName: string
}

function SaveForm({ saved, expression, name: kept }: { saved: Saved | undefined; expression: string; name: string }) {
  const { say } = useText()
  const { message } = AntApp.useApp()
  const navigate = useNavigate()
  const note = useErrorNote()
  const save = useChange(AudienceService.method.saveAudience)
  const [form] = Form.useForm<Names>()
  const name = Form.useWatch('displayName', form)
  const isChanged = !saved || saved.expression !== expression || (name !== undefined && name !== saved.displayName)
  const submit = async (values: Names) => {
    const audienceId = saved?.audienceId ?? values.audienceId
    try {
      const { audience } = await save.mutateAsync({
        audience: { audienceId, displayName: values.displayName, expression },
        etag: saved?.etag ?? 'new',
      })
      for (const each of [kept, `${kept}.names`]) keep(each, undefined)
      void message.success(say('audience.saved', { version: String(audience?.version) }))
      if (!saved) void navigate(`/audiences/${audienceId}`)
    } catch (fault) {
      note(toApiError(fault))
    }
  }
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{
        audienceId: saved?.audienceId ?? '',
        displayName: saved?.displayName ?? '',
        ...findKept<Names>(`${kept}.names`),
      }}
      onValuesChange={(_, values) => keep(`${kept}.names`, values)}
      onFinish={(values) => void submit(values)}
    >
      <div className="row form-row">
        <Form.Item name="displayName" label={say('audience.name')} rules={[{ required: true, max: 128 }]}>
          <Input style={{ width: 220 }} />
        </Form.Item>
        {saved ? null : (
          <Form.Item
            name="audienceId"
            label={say('audience.id')}
            rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,63}$/, message: say('campaign.idHint') }]}
          >
            <Input style={{ width: 200 }} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" disabled={!isChanged} loading={save.isPending}>
          {say('audience.save')}
        </Button>
      </div>
      {saved && saved.expression !== expression ? (
        <table className="diff">
          <caption className="quiet">{say('audience.diff')}</caption>
          <tbody>
            <tr>
              <td className="before">
                <code>{saved.expression}</code>
              </td>
            </tr>
            <tr>
              <td className="after">
                <code>{expression}</code>
              </td>
            </tr>
          </tbody>
        </table>
      ) : null}
    </Form>
  )
}

function DeleteButton({ saved }: { saved: Saved }) {
  const { say } = useText()
  const { modal } = AntApp.useApp()
  const navigate = useNavigate()
  const note = useErrorNote()
  const remove = useChange(AudienceService.method.deleteAudience)
  const ask = () =>
    modal.confirm({
      title: say('audience.deleteAsk', { name: saved.displayName || saved.audienceId }),
      okText: say('action.delete'),
      okButtonProps: { danger: true },
      cancelText: say('action.cancel'),
      onOk: () =>
        remove.mutateAsync({ audienceId: saved.audienceId, etag: saved.etag }).then(
          () => navigate('/audiences'),
          (fault: unknown) => note(toApiError(fault)),
        ),
    })
  return (
    <Button danger onClick={ask}>
      {say('action.delete')}
    </Button>
  )
}
