import type {IncomingHttpHeaders} from 'node:http'

/** One HTTP request, whole, whichever HTTP version it came by. */
export interface WireRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** `http://HOST:PORT` as the caller addressed it. */
  readonly origin: string
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal
}

/** What goes back. `ending` is how faults cut the connection: half a body, a reset, or no answer at all. */
export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly ending?: 'half' | 'reset' | 'never'
}
