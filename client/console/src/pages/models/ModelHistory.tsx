import { Alert, Card } from 'antd'
import { LearningService, ScoreFinding } from '../../api/generated/zhice/v1/learning_service_pb'
import { useCall } from '../../api/hooks'
import { decimals } from '../../app/format'
import { Calibration } from '../../components/Calibration'
import { Figure } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'

/** What a model predicted against what happened, and whether its scores have moved lately. */
export function ModelHistory({ actionId }: { actionId: string }) {
  const { say, sayCode } = useText()
  const answer = useCall(LearningService.method.getModelHistory, { actionId })
  return (
    <Card title={say('model.curve')}>
      <Answered of={answer} rows={6}>
        {({ calibration, recentPsi, recentFindings, days }) => (
          <div className="stack">
            {recentFindings.map((finding) => (
              <Alert key={finding} type="warning" showIcon title={sayCode('scoreFinding', ScoreFinding[finding]!)} />
            ))}
            {calibration.length === 0 ? (
              <span className="quiet">{say('model.noCurve')}</span>
            ) : (
              <>
                <Calibration
                  label={say('model.curve')}
                  across={say('model.predicted')}
                  upwards={say('model.observed')}
                  points={calibration.map((each) => ({
                    predicted: each.meanScore,
                    observed: each.acceptedShare,
                    low: each.low,
                    high: each.high,
                    lessons: Math.round(each.weight),
                  }))}
                />
                <span className="quiet">{say('model.curveNote')}</span>
              </>
            )}
            <div className="figures">
              <Figure name={say('model.psi')} value={recentPsi === undefined ? '–' : decimals(recentPsi, 3)} note={say('model.psiNote')} />
              <Figure name={say('model.days')} value={days.length} />
            </div>
          </div>
        )}
      </Answered>
    </Card>
  )
}
