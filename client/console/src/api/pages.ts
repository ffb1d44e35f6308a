import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { useInfiniteQuery } from '@tanstack/react-query'
import { call, type Unary } from './call'
import type { ApiError } from './error'
import { keyOf } from './hooks'

type Paged = { nextPageToken: string }

/** The pages of a list that were asked for up to now, read again together while somebody looks. */
export function usePages<I extends DescMessage, O extends DescMessage>(
  method: Unary<I, O>,
  init: MessageInitShape<I>,
  every?: number,
) {
  const answer = useInfiniteQuery<MessageShape<O>, ApiError, MessageShape<O>[], string[], string>({
    queryKey: [...keyOf(method, init), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call(method, { ...(init as object), pageToken: pageParam } as unknown as MessageInitShape<I>, signal),
    initialPageParam: '',
    getNextPageParam: (page) => (page as unknown as Paged).nextPageToken || undefined,
    select: ({ pages }) => pages,
    refetchInterval: every ?? false,
    structuralSharing: false,
  })
  return answer
}

// So many pages at the most: what has more is searched, not listed.
const most = 20

/** The whole of a list that is short by its nature, such as audiences, of which there are at most 1,000. */
export async function callWhole<I extends DescMessage, O extends DescMessage>(
  method: Unary<I, O>,
  init: MessageInitShape<I>,
  signal?: AbortSignal,
): Promise<MessageShape<O>[]> {
  const pages: MessageShape<O>[] = []
  let pageToken = ''
  do {
    const page = await call(method, { ...(init as object), pageToken } as unknown as MessageInitShape<I>, signal)
    pages.push(page)
    pageToken = (page as unknown as Paged).nextPageToken
  } while (pageToken && pages.length < most)
  return pages
}
