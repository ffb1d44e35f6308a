import { useText } from '../i18n/useText'

interface Difference {
  path: string
  before: string
  after: string
}

/** What a change changes: each place with its value before and after. */
export function Differences({ of, hasHead = true }: { of: Difference[]; hasHead?: boolean }) {
  const { say } = useText()
  return (
    <table className="diff">
      {hasHead ? (
        <thead>
          <tr>
            <th>{say('change.path')}</th>
            <th>{say('change.before')}</th>
            <th>{say('change.after')}</th>
          </tr>
        </thead>
      ) : null}
      <tbody>
        {of.map((each) => (
          <tr key={each.path}>
            <td>
              <code>{each.path}</code>
            </td>
            <td className="before">{each.before}</td>
            <td className="after">{each.after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
