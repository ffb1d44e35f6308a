import { Card, Tag } from 'antd'
import { useCatalog } from '../../api/catalog'
import type { CampaignReview as Review, CampaignStatus } from '../../api/generated/zhice/v1/campaign_service_pb'
import { count, percent, yuan } from '../../app/format'
import { useText } from '../../i18n/useText'

/** What an approver sees besides the definition: how many people, which texts, and who wrote it. */
export function CampaignReview({ review, status }: { review: Review | undefined; status: CampaignStatus }) {
  const { say } = useText()
  const { names } = useCatalog()
  if (!review) return null
  return (
    <div className="stack">
      <Card size="small" title={say('campaign.audience')}>
        <span className="figure-value">{count(review.audienceCustomers)}</span>{' '}
        <span className="quiet">
          {say('percentOf', {
            percent: percent(review.audienceCustomers, review.allCustomers),
            total: count(review.allCustomers),
          })}
        </span>
        {review.savedAudience ? <code className="expression">{review.savedAudience.expression}</code> : null}
      </Card>
      <Card
        size="small"
        title={`${say('campaign.texts')} · ${review.action?.displayName ?? status.campaign!.actionId}`}
        extra={review.action ? yuan(review.action.valueFen) : null}
      >
        <ul className="list">
          {(review.action?.treatments ?? []).map((each) => (
            <li key={each.treatmentId}>
              <span>
                <b>{each.content?.title}</b>
                <div>{each.content?.body}</div>
                <span className="mono quiet">{each.treatmentId}</span>
              </span>
              <span className="row">
                {each.placementIds.map((id) => (
                  <Tag key={id}>{names.placement(id)}</Tag>
                ))}
              </span>
            </li>
          ))}
        </ul>
      </Card>
      <div className="quiet">
        {say('campaign.authors')}: {review.authors.join(', ')}
      </div>
    </div>
  )
}
