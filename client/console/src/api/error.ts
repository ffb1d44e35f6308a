/** A field that is wrong. */
export interface Violation {
  field: string
  /** The code of what is wrong, such as OUT_OF_RANGE. */
  reason: string
  /** The same in a sentence of the host. */
  description: string
}

/** An error of the API, google.rpc.Status in its JSON form. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly reason: string = '',
    readonly chinese: string = '',
    readonly violations: readonly Violation[] = [],
    /** What the error carries for programs, by name. */
    readonly parameters: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }

  /** Nobody is signed in. */
  get isSignedOut(): boolean {
    return this.status === 401
  }

  /** The caller lacks a role. */
  get isForbidden(): boolean {
    return this.status === 403
  }

  get isMissing(): boolean {
    return this.status === 404
  }

  /** The host cannot be reached, or cannot answer now: the same call may go through later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502
  }
}

interface Detail {
  '@type'?: string
  reason?: string
  locale?: string
  message?: string
  metadata?: Record<string, string>
  fieldViolations?: { field?: string; reason?: string; description?: string }[]
}

interface Status {
  message?: string
  details?: Detail[]
}

/** Reads the body of a refused call. */
export function readError(status: number, body: string): ApiError {
  let read: Status
  try {
    read = JSON.parse(body) as Status
  } catch {
    return new ApiError(status, body.slice(0, 300) || `HTTP ${status}`)
  }
  const details = read.details ?? []
  const of = (name: string) => details.find((detail) => detail['@type']?.endsWith(name))
  return new ApiError(
    status,
    read.message ?? `HTTP ${status}`,
    of('.ErrorInfo')?.reason ?? '',
    details.find((detail) => detail.locale === 'zh-CN')?.message ?? '',
    (of('.BadRequest')?.fieldViolations ?? []).map(({ field = '', reason = '', description = '' }) => ({
      field,
      reason,
      description,
    })),
    of('.ErrorInfo')?.metadata ?? {},
  )
}
