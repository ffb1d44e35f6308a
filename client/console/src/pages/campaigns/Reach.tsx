import type { CampaignRun } from '../../api/generated/zhice/v1/campaign_service_pb'
import { count } from '../../app/format'

/** How many a run has contacted, of how many it is about. */
export function Reach({ run }: { run: CampaignRun | undefined }) {
  return run ? (
    <span className="number">
      {count(run.contacted)}
      <span className="quiet"> / {count(run.expected > 0n ? run.expected : run.matched)}</span>
    </span>
  ) : (
    <span className="quiet">–</span>
  )
}
