import { useCatalog } from '../../api/catalog'
import { named } from '../../api/enums'
import type { CampaignDeliveries as Deliveries } from '../../api/generated/zhice/v1/campaign_service_pb'
import { Bars } from '../../components/figures'
import { Nothing } from '../../components/states'
import { useText } from '../../i18n/useText'

/** Where the contacts of a campaign are: waiting and for what, sent, and what receipts report. */
export function CampaignDeliveries({ deliveries }: { deliveries: Deliveries | undefined }) {
  const { say, sayCode } = useText()
  const { names } = useCatalog()
  if (!deliveries || deliveries.waiting.length + deliveries.outcomes.length === 0)
    return <Nothing text={say('campaign.noDeliveries')} />
  return (
    <div className="columns">
      <section className="w6">
        <h2 className="part-title">{say('report.waiting')}</h2>
        {deliveries.waiting.length === 0 ? (
          <span className="quiet">–</span>
        ) : (
          <Bars
            tone={2}
            bars={deliveries.waiting.map((each) => ({
              key: `${each.channelId}${each.isWithGateway}${each.heldBy}`,
              name: (
                <>
                  {names.channel(each.channelId)} ·{' '}
                  {each.isWithGateway
                    ? say('campaign.withGateway')
                    : each.heldBy
                      ? say('campaign.heldBy', { what: each.heldBy })
                      : say('campaign.waitsForChannel')}
                  {each.gateways === 0 ? <div className="quiet">{say('campaign.noGateway')}</div> : null}
                </>
              ),
              value: each.count,
            }))}
          />
        )}
      </section>
      <section className="w6">
        <h2 className="part-title">{say('campaign.deliveries')}</h2>
        {deliveries.outcomes.length === 0 ? (
          <span className="quiet">–</span>
        ) : (
          <Bars
            bars={deliveries.outcomes.map((each) => ({
              key: String(each.outcome),
              name: named(sayCode, 'outcome', each.outcome),
              value: each.count,
            }))}
          />
        )}
      </section>
    </div>
  )
}
