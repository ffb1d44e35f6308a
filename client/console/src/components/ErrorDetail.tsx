import type { ApiError } from '../api/error'
import { violationText } from '../app/errorText'
import { useText } from '../i18n/useText'

/** What an error says beyond its title: the host's sentence, and each field that is wrong. */
export function ErrorDetail({ error }: { error: ApiError }) {
  const { language } = useText()
  return (
    <>
      <div {...(language === 'zh' ? { lang: 'en', className: 'quiet' } : {})}>{error.message}</div>
      {error.violations.map((each) => {
        const text = violationText(each, language)
        return (
          <div key={each.field + each.description}>
            <code>{each.field}</code> {text}
            {text === each.description ? null : (
              <span className="quiet" lang="en">
                {' '}
                {each.description}
              </span>
            )}
          </div>
        )
      })}
    </>
  )
}
