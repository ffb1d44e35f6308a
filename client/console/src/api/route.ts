import { getOption, toJson, type DescMessage, type DescMethod, type JsonValue, type MessageShape } from '@bufbuild/protobuf'
import { http } from './generated/google/api/annotations_pb'

/** A call of the REST form: what the contract's google.api.http says of a method, filled with a request. */
export interface Route {
  verb: string
  path: string
  body?: string
}

type JsonObject = { [name: string]: JsonValue }

/** Fills the path of a method; what is not in it goes into the body, or into the query of a GET. */
export function routeOf<I extends DescMessage>(method: DescMethod & { input: I }, request: MessageShape<I>): Route {
  const { pattern, body } = getOption(method, http)
  if (pattern.case === undefined || pattern.case === 'custom') throw new Error(`${method.name} has no REST form.`)
  const fields = toJson(method.input, request) as JsonObject
  const path = pattern.value.replace(/\{([^}=]+)(=[^}]*)?\}/g, (_, name: string, form?: string) => encode(take(fields, name), form))
  const verb = pattern.case.toUpperCase()
  if (body === '*') return { verb, path, body: JSON.stringify(toJson(method.input, request)) }
  const query = new URLSearchParams(queryOf(fields, '')).toString()
  return { verb, path: query ? `${path}?${query}` : path }
}

// A variable with a form, such as name=operations/*, has several parts.
function encode(value: string, form?: string): string {
  return form ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value)
}

// The value of a field of a path, such as audience.audience_id; it leaves the fields, as it is said once.
function take(fields: JsonObject, name: string): string {
  const names = name.split('.').map(camel)
  let at: JsonObject = fields
  for (const each of names.slice(0, -1)) at = (at[each] ?? {}) as JsonObject
  const last = names[names.length - 1]!
  const value = at[last]
  delete at[last]
  return typeof value === 'string' ? value : String(value ?? '')
}

function queryOf(value: JsonObject, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([name, each]): [string, string][] => {
    if (each === null) return []
    if (Array.isArray(each)) return each.map((item): [string, string] => [prefix + name, String(item)])
    if (typeof each === 'object') return queryOf(each, `${prefix}${name}.`)
    return [[prefix + name, String(each)]]
  })
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
