import { useRouteError } from 'react-router'
import { toApiError } from '../api/hooks'
import { Failed } from '../components/states'

/** A fault of a page itself: the page says so, and can be opened again. */
export function RouteFault() {
  return <Failed error={toApiError(useRouteError())} retry={() => location.reload()} />
}
