import type { LiftCourse } from '../../api/generated/zhice/v1/measurement_service_pb'
import { Course } from '../../components/Course'
import { useText } from '../../i18n/useText'

// More lines than that are a table, not drawings.
const most = 4

/** How the lift came about, day by day: the interval may be looked at every day. */
export function LiftCourses({ courses, refusal }: { courses: LiftCourse[]; refusal: string }) {
  const { say } = useText()
  const drawn = courses
    .map(({ keys, days }) => ({
      name: keys.join(' · '),
      days: days.flatMap(({ date, watched }) =>
        watched ? [{ day: date, value: watched.value, low: watched.low, high: watched.high }] : [],
      ),
    }))
    .filter(({ days }) => days.length > 0)
    .slice(0, most)
  return (
    <section>
      <h2 className="part-title">{say('campaign.course')}</h2>
      {drawn.length === 0 ? (
        <span className="quiet">{refusal || say('campaign.noCourse')}</span>
      ) : (
        <div className="columns">
          {drawn.map(({ name, days }) => (
            <div key={name} className={drawn.length === 1 ? 'w8' : 'w6'}>
              <Course
                days={days}
                label={`${say('campaign.course')} ${name}`}
                name={name || say('campaign.absolute')}
                band={say('campaign.watched')}
              />
            </div>
          ))}
        </div>
      )}
    </section>
  )
}
