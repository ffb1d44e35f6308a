import { CheckOutlined, CloseOutlined } from '@ant-design/icons'
import { Alert, Button, Form, Input, Segmented, Select, Table } from 'antd'
import { useState } from 'react'
import type { Names } from '../../api/catalog'
import { call } from '../../api/call'
import { named } from '../../api/enums'
import {
  ReasonCode,
  RecommendationService,
  type ActionVerdict,
  type Decision,
} from '../../api/generated/zhice/v1/recommendation_service_pb'
import { toApiError } from '../../api/hooks'
import { dateTime, share, yuan } from '../../app/format'
import { useErrorNote } from '../../app/useErrorNote'
import { useFilter } from '../../app/useFilter'
import { useText } from '../../i18n/useText'

/** Why each action is offered to a customer or not: now, or in a past decision. */
export function Why({ customerId, names }: { customerId: string; names: Names }) {
  const { say } = useText()
  const note = useErrorNote()
  const placements = names.catalog?.placements ?? []
  const [placementId, setPlacement] = useFilter('placement', placements[0]?.placementId ?? '')
  const [decisionId, setDecisionId] = useFilter('decision')
  const [decision, setDecision] = useState<Decision | null>(null)
  const [isBusy, setBusy] = useState(false)
  const show = async () => {
    setBusy(true)
    try {
      const found = decisionId
        ? (await call(RecommendationService.method.getDecision, { customerId, decisionId })).decision
        : (await call(RecommendationService.method.recommend, { customerId, placementId, dryRun: true, limit: 50 })).explanation
      setDecision(found ?? null)
    } catch (fault) {
      note(toApiError(fault))
    }
    setBusy(false)
  }
  return (
    <div className="stack">
      <Form layout="vertical" onFinish={() => void show()}>
        <div className="row form-row">
          <Form.Item label={say('why.placement')}>
            <Select
              value={placementId}
              onChange={setPlacement}
              disabled={decisionId !== ''}
              style={{ width: 200 }}
              options={placements.map((each) => ({
                value: each.placementId,
                label: each.displayName || each.placementId,
              }))}
            />
          </Form.Item>
          <Form.Item label={say('why.decision')} tooltip={say('why.decisionHint')}>
            <Input
              allowClear
              value={decisionId}
              onChange={(event) => setDecisionId(event.target.value.trim())}
              style={{ width: 260 }}
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {say('why.show')}
          </Button>
        </div>
      </Form>
      {decision ? <Explained decision={decision} names={names} isPast={decisionId !== ''} /> : null}
    </div>
  )
}

function Explained({ decision, names, isPast }: { decision: Decision; names: Names; isPast: boolean }) {
  const { say, sayCode } = useText()
  const [only, setOnly] = useFilter('only', 'ALL')
  const isOffered = (verdict: ActionVerdict) => verdict.reason?.code === ReasonCode.OFFERED
  const shown = decision.verdicts.filter((verdict) => only === 'ALL' || isOffered(verdict) === (only === 'OFFERED'))
  return (
    <div className="stack" data-testid="decision">
      <div className="spread">
        <b>{isPast ? say('why.past', { id: decision.decisionId }) : say('why.now')}</b>
        <span className="quiet">
          {names.placement(decision.placementId)} · {dateTime(decision.decideTime)} ·{' '}
          {say('why.customerIn', { catalog: String(decision.catalogVersion), state: String(decision.stateVersion) })}
        </span>
      </div>
      {decision.personalized ? null : <Alert type="warning" showIcon title={say('why.notPersonalized')} />}
      <Segmented
        value={only}
        onChange={setOnly}
        options={[
          { value: 'ALL', label: say('action.all') },
          { value: 'OFFERED', label: say('why.onlyOffered') },
          { value: 'BLOCKED', label: say('why.onlyBlocked') },
        ]}
      />
      <Table<ActionVerdict>
        size="small"
        rowKey="actionId"
        pagination={false}
        dataSource={shown}
        scroll={{ x: 620 }}
        expandable={{ expandedRowRender: (verdict) => <Verdict verdict={verdict} names={names} /> }}
        columns={[
          { title: say('why.action'), render: (_, verdict) => names.action(verdict.actionId) },
          {
            title: say('why.verdict'),
            render: (_, verdict) => (
              <span className={isOffered(verdict) ? 'is-offered' : ''}>
                {named(sayCode, 'reason', verdict.reason?.code ?? 0)}
                {verdict.rank > 0 ? ` · ${say('why.rank', { rank: verdict.rank })}` : ''}
                {verdict.reason?.ruleId ? <span className="quiet mono"> {verdict.reason.ruleId}</span> : null}
              </span>
            ),
          },
          {
            title: say('why.propensity'),
            align: 'right',
            render: (_, verdict) => (verdict.propensity > 0 ? share(verdict.propensity, 2) : '–'),
          },
          {
            title: say('why.score'),
            align: 'right',
            render: (_, verdict) => (verdict.score > 0 ? yuan(verdict.score) : '–'),
          },
        ]}
      />
    </div>
  )
}

// The sentence of the host is English; in Chinese the checks say the same.
function Verdict({ verdict, names }: { verdict: ActionVerdict; names: Names }) {
  const { say, sayCode, language } = useText()
  return (
    <div className="stack">
      {verdict.reason?.message && (language === 'en' || verdict.checks.length === 0) ? <div>{verdict.reason.message}</div> : null}
      {verdict.checks.length > 0 ? (
        <section>
          <h3 className="part-title">{say('why.checks')}</h3>
          {verdict.checks.map((check, i) => (
            <div className="check" key={i}>
              {check.passed ? (
                <CheckOutlined className="is-passed" aria-label={say('why.passed')} />
              ) : (
                <CloseOutlined className="is-failed" aria-label={say('why.failed')} />
              )}
              <span>
                {sayCode('check', ReasonCode[check.code] ?? '')}
                <div className="quiet mono">{check.ruleId}</div>
              </span>
              <span>
                {check.expression ? <code>{check.expression}</code> : null}
                <div className="check-inputs quiet">
                  {check.inputs.map((input) => (
                    <span key={input.name}>
                      {input.name} = {input.value ?? say('why.missing')}
                    </span>
                  ))}
                </div>
              </span>
            </div>
          ))}
        </section>
      ) : null}
      {verdict.contributions.length > 0 ? (
        <section>
          <h3 className="part-title">{say('why.contributions')}</h3>
          <div className="row">
            {verdict.contributions.map((each) => (
              <span key={each.tagId}>
                {each.tagId ? names.tag(each.tagId) : say('why.intercept')}{' '}
                <b className="number">
                  {each.weight > 0 ? '+' : ''}
                  {each.weight.toFixed(2)}
                </b>
              </span>
            ))}
          </div>
        </section>
      ) : null}
    </div>
  )
}
