import { Card, Select } from 'antd'
import { useAudiences } from '../../api/audiences'
import { AudienceService } from '../../api/generated/zhice/v1/audience_service_pb'
import { useCall } from '../../api/hooks'
import { count, percent } from '../../app/format'
import { useFilter } from '../../app/useFilter'
import { Bars } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import type { Ref } from './AudienceSize'

const most = 5

/** How many of an audience are in others, too. */
export function Overlap({ audience, self, isReady }: { audience: Ref; self: string | undefined; isReady: boolean }) {
  const { say } = useText()
  const saved = useAudiences()
  const [text, setText] = useFilter('with')
  const chosen = text ? text.split(',') : []
  const others = (saved.data ?? []).filter((each) => each.audienceId !== self)
  const name = (id: string) => others.find((each) => each.audienceId === id)?.displayName || id
  const overlap = useCall(
    AudienceService.method.overlapAudiences,
    { audiences: [audience, ...chosen.map((audienceId) => ({ audienceId }))] },
    { enabled: isReady && chosen.length > 0 },
  )
  return (
    <Card title={say('audience.overlap')}>
      <div className="stack">
        <Select
          mode="multiple"
          maxCount={most}
          value={chosen}
          onChange={(ids: string[]) => setText(ids.join(','))}
          placeholder={say('audience.overlapPick')}
          aria-label={say('audience.overlapPick')}
          options={others.map((each) => ({ value: each.audienceId, label: each.displayName || each.audienceId }))}
        />
        {chosen.length > 0 ? (
          <Answered of={overlap} rows={2}>
            {({ customers, pairs, fewerThan }) => (
              <Bars
                tone={1}
                bars={chosen.map((id, i) => {
                  const both = pairs.find((pair) => pair.first === 0 && pair.second === i + 1)?.customers ?? 0n
                  return {
                    key: id,
                    name: name(id),
                    value: both,
                    note: (
                      <span className="bar-share">
                        {fewerThan > 0n && both === 0n ? `< ${count(fewerThan)}` : percent(both, customers[0] ?? 0n)}
                      </span>
                    ),
                  }
                })}
              />
            )}
          </Answered>
        ) : null}
      </div>
    </Card>
  )
}
