import {
  create, createRegistry, fromJson, type DescMessage, type DescMethod, type JsonValue, type MessageInitShape, type MessageShape,
} from '@bufbuild/protobuf'
import { ApiError, readError } from './error'
import { file_zhice_v1_bulk_service } from './generated/zhice/v1/bulk_service_pb'
import { identityHeaders } from './identity'
import { routeOf } from './route'

/** A method of the contract that answers once. */
export type Unary<I extends DescMessage, O extends DescMessage> = DescMethod & { methodKind: 'unary'; input: I; output: O }

/** A method of the contract that answers by a stream. */
export type Streaming<I extends DescMessage, O extends DescMessage> =
  DescMethod & { methodKind: 'server_streaming'; input: I; output: O }

const registry = createRegistry(file_zhice_v1_bulk_service)
const reading = { ignoreUnknownFields: true, registry }

/** Calls a method by its REST form. */
export async function call<I extends DescMessage, O extends DescMessage>(
  method: Unary<I, O>, init: MessageInitShape<I>, signal?: AbortSignal,
): Promise<MessageShape<O>> {
  const response = await send(method, create(method.input, init), signal)
  return fromJson(method.output, (await response.json()) as JsonValue, reading)
}

/** Calls a method that answers by a stream: a message on each line. */
export async function* stream<I extends DescMessage, O extends DescMessage>(
  method: Streaming<I, O>, init: MessageInitShape<I>, signal?: AbortSignal,
): AsyncGenerator<MessageShape<O>> {
  const response = await send(method, create(method.input, init), signal)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    const lines = (rest + (value ?? '')).split('\n')
    rest = done ? '' : lines.pop()!
    for (const line of lines) {
      if (line.trim()) yield readLine(method.output, line)
    }
    if (done) return
  }
}

// An error that comes after messages were sent has no status of its own any more.
function readLine<O extends DescMessage>(output: O, line: string): MessageShape<O> {
  const json = JSON.parse(line) as JsonValue
  if (typeof json === 'object' && json !== null && 'code' in json && 'details' in json) throw readError(500, line)
  return fromJson(output, json, reading)
}

async function send<I extends DescMessage>(
  method: DescMethod & { input: I }, request: MessageShape<I>, signal?: AbortSignal,
): Promise<Response> {
  const { verb, path, body } = routeOf(method, request)
  let response: Response
  try {
    response = await fetch(path, {
      method: verb,
      headers: { ...identityHeaders(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body ?? null,
      signal: signal ?? null,
    })
  } catch (fault) {
    if (signal?.aborted) throw fault
    throw new ApiError(0, 'The host cannot be reached.', 'UNREACHABLE', '连接不上服务器。')
  }
  if (!response.ok) throw readError(response.status, await response.text())
  return response
}
