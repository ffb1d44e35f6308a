import { create, toJson, toJsonString, type DescMessage, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf'
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { call, stream, type Streaming, type Unary } from './call'
import { ApiError } from './error'

interface Reading {
  /** False: not yet. */
  enabled?: boolean
  /** How often it is read again while somebody looks, in milliseconds; for what changes by itself. */
  every?: number
}

/** What a method answers, kept while pages need it. Pages that nobody looks at ask for nothing. */
export function useCall<I extends DescMessage, O extends DescMessage>(
  method: Unary<I, O>,
  init: MessageInitShape<I>,
  { enabled = true, every }: Reading = {},
): UseQueryResult<MessageShape<O>, ApiError> {
  return useQuery<MessageShape<O>, ApiError>({
    queryKey: keyOf(method, init),
    queryFn: ({ signal }) => call(method, init, signal),
    enabled,
    refetchInterval: every ?? false,
    structuralSharing: false,
  })
}

export function keyOf<I extends DescMessage, O extends DescMessage>(method: Unary<I, O>, init: MessageInitShape<I>): string[] {
  return [method.parent.name, method.name, toJsonString(method.input, create(method.input, init))]
}

/** A call that changes something; when it is done, what pages show of its services is read again. */
export function useChange<I extends DescMessage, O extends DescMessage>(method: Unary<I, O>, ...alsoChanged: string[]) {
  const client = useQueryClient()
  const underWay = useRef(new Map<string, Promise<MessageShape<O>>>())
  return useMutation<MessageShape<O>, ApiError, MessageInitShape<I>>({
    mutationFn: (init) => {
      // A double click asks for the same thing twice, but for the id of the request.
      const key = contentOf(method, init)
      const begun = underWay.current.get(key) ?? call(method, init).finally(() => underWay.current.delete(key))
      underWay.current.set(key, begun)
      return begun
    },
    onSuccess: () => {
      for (const service of [method.parent.name, ...alsoChanged]) void client.invalidateQueries({ queryKey: [service] })
    },
  })
}

export function contentOf<I extends DescMessage, O extends DescMessage>(method: Unary<I, O>, init: MessageInitShape<I>): string {
  return JSON.stringify(toJson(method.input, create(method.input, init)), (name, value: unknown) =>
    name === 'requestId' ? undefined : value,
  )
}

interface Watched<T> {
  latest: T | undefined
  isOver: boolean
  error: ApiError | undefined
}

/** The latest message of a stream, which is ended when nobody looks and begun again when somebody does. */
export function useStream<I extends DescMessage, O extends DescMessage>(
  method: Streaming<I, O>,
  init: MessageInitShape<I>,
  enabled = true,
): Watched<MessageShape<O>> {
  const text = toJsonString(method.input, create(method.input, init))
  const [state, setState] = useState<Watched<MessageShape<O>>>({ latest: undefined, isOver: false, error: undefined })
  const [isSeen, setSeen] = useState(!document.hidden)
  useEffect(() => {
    const note = () => setSeen(!document.hidden)
    document.addEventListener('visibilitychange', note)
    return () => document.removeEventListener('visibilitychange', note)
  }, [])
  useEffect(() => {
    if (!enabled || !isSeen) return
    const abort = new AbortController()
    void (async () => {
      try {
        for await (const latest of stream(method, init, abort.signal)) setState({ latest, isOver: false, error: undefined })
        setState((before) => ({ ...before, isOver: true }))
      } catch (fault) {
        if (!abort.signal.aborted) setState((before) => ({ ...before, isOver: true, error: toApiError(fault) }))
      }
    })()
    return () => abort.abort()
  }, [method, text, enabled, isSeen])
  return state
}

export function toApiError(fault: unknown): ApiError {
  return fault instanceof ApiError ? fault : new ApiError(0, fault instanceof Error ? fault.message : String(fault), 'UNREACHABLE')
}
