import { Card, Select } from 'antd'
import { useCatalog } from '../../api/catalog'
import { AudienceService } from '../../api/generated/zhice/v1/audience_service_pb'
import { TagType } from '../../api/generated/zhice/v1/catalog_pb'
import { useCall } from '../../api/hooks'
import { useFilter } from '../../app/useFilter'
import { Bars } from '../../components/figures'
import { Answered } from '../../components/states'
import { useText } from '../../i18n/useText'
import type { Ref } from './AudienceSize'

/** How an audience is divided by the values of a tag. */
export function Breakdown({ audience, isReady }: { audience: Ref; isReady: boolean }) {
  const { say } = useText()
  const { catalog } = useCatalog()
  const tags = (catalog?.tags ?? []).filter((each) => !each.sensitive)
  const first = tags.find((each) => each.type === TagType.ENUM) ?? tags[0]
  const [tagId, setTagId] = useFilter('by', first?.tagId ?? '')
  const breakdown = useCall(
    AudienceService.method.breakDownAudience,
    { audience, tagId, limit: 10 },
    { enabled: isReady && tagId !== '' },
  )
  return (
    <Card
      title={say('audience.breakdown')}
      extra={
        <Select
          aria-label={say('audience.byTag')}
          showSearch={{ optionFilterProp: 'label' }}
          value={tagId || undefined}
          onChange={setTagId}
          style={{ width: 220 }}
          options={tags.map((each) => ({ value: each.tagId, label: `${each.displayName || each.tagId}` }))}
        />
      }
    >
      {isReady && tagId ? (
        <Answered of={breakdown}>
          {({ bars, without, others }) => {
            const whole = bars.reduce((sum, bar) => sum + bar.customers, without + others)
            const name = (value: string, until: string) => (until ? `${value} – ${until}` : value)
            return (
              <Bars
                of={whole}
                bars={[
                  ...bars.map((bar) => ({
                    key: bar.value,
                    name: name(bar.value, bar.until),
                    value: bar.customers,
                  })),
                  ...(others > 0n
                    ? [{ key: '+', name: <span className="quiet">{say('audience.others')}</span>, value: others }]
                    : []),
                  ...(without > 0n
                    ? [
                        {
                          key: '-',
                          name: <span className="quiet">{say('audience.without')}</span>,
                          value: without,
                        },
                      ]
                    : []),
                ]}
              />
            )
          }}
        </Answered>
      ) : null}
    </Card>
  )
}
