import { Timeline } from 'antd'
import type { CampaignLogEntry } from '../../api/generated/zhice/v1/campaign_service_pb'
import { dateTime } from '../../app/format'
import { useText } from '../../i18n/useText'

export function CampaignLog({ log }: { log: CampaignLogEntry[] }) {
  const { say } = useText()
  return (
    <Timeline
      items={log.map((entry, i) => ({
        key: i,
        content: (
          <div className="timeline-item">
            <time>{dateTime(entry.time)}</time>
            <b>{entry.actor || say('campaign.itself')}</b>
            <span>{entry.text}</span>
          </div>
        ),
      }))}
    />
  )
}
