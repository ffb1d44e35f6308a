import { Button } from 'antd'
import { useState } from 'react'
import { useCatalog } from '../../api/catalog'
import { stream } from '../../api/call'
import { CampaignService, type Campaign, type CampaignRun } from '../../api/generated/zhice/v1/campaign_service_pb'
import { toApiError } from '../../api/hooks'
import { useErrorNote } from '../../app/useErrorNote'
import { useText } from '../../i18n/useText'
import { Run } from './RunFigures'

/** What a run would find, tried on the live customers without touching them. */
export function Rehearsal({ campaign }: { campaign: Campaign }) {
  const { say } = useText()
  const { names } = useCatalog()
  const note = useErrorNote()
  const [run, setRun] = useState<CampaignRun | null>(null)
  const [isGoing, setGoing] = useState(false)
  const begin = async () => {
    setGoing(true)
    try {
      for await (const message of stream(CampaignService.method.rehearseCampaign, { campaign })) setRun(message.run ?? null)
    } catch (fault) {
      note(toApiError(fault))
    }
    setGoing(false)
  }
  return (
    <section className="stack">
      <h2 className="part-title">{say('wizard.rehearsed')}</h2>
      <div className="row">
        <Button onClick={() => void begin()} loading={isGoing}>
          {isGoing ? say('wizard.rehearsing') : say('wizard.rehearse')}
        </Button>
        <span className="quiet">{say('wizard.rehearseNote')}</span>
      </div>
      {run ? (
        <div data-testid="rehearsal">
          <Run run={run} names={names} />
        </div>
      ) : null}
    </section>
  )
}
