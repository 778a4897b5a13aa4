import http from 'node:http'
import {ExitCode, OpsError} from '../lib/ops-error.js'
import {
  CONTROL_HEADER,
  CONTROL_PATH,
  type ClockState,
  type ControlFailure,
  type FaultList,
  type RequestList,
  type SandboxState,
} from './control/protocol.js'
import type {FaultRule} from './faults/rule.js'
import type {FunctionStatus} from './lambda/service.js'
import type {TopicStatus} from './sns/service.js'
import type {QueueStatus} from './sqs/service.js'

export const DEFAULT_PORT = 4747
const LARGEST_ANSWER = 64 * 1024 * 1024

/** A queue of the local AWS and where it lives. */
export type QueuePlace = QueueStatus & {readonly accountId: string; readonly region: string}

/** A topic of the local AWS and where it lives. */
export type TopicPlace = TopicStatus & {readonly accountId: string; readonly region: string}

/** A function of the local AWS and where it lives. */
export type FunctionPlace = FunctionStatus & {readonly accountId: string; readonly region: string}

/** The queues of every account and region, in one list. */
export function queuesOf({services}: Pick<SandboxState, 'services'>): readonly QueuePlace[] {
  return Object.entries(services.sqs).flatMap(([place, {queues}]) => {
    const [accountId = '', region = ''] = place.split('/')
    return queues.map(queue => ({accountId, region, ...queue}))
  })
}

/** The topics of every account and region, in one list. */
export function topicsOf({services}: Pick<SandboxState, 'services'>): readonly TopicPlace[] {
  return Object.entries(services.sns).flatMap(([place, {topics}]) => {
    const [accountId = '', region = ''] = place.split('/')
    return topics.map(topic => ({accountId, region, ...topic}))
  })
}

/** The functions of every account and region, in one list. */
export function functionsOf({services}: Pick<SandboxState, 'services'>): readonly FunctionPlace[] {
  return Object.entries(services.lambda).flatMap(([place, {functions}]) => {
    const [accountId = '', region = ''] = place.split('/')
    return functions.map(fn => ({accountId, region, ...fn}))
  })
}

/** Speaks to the control path of a running local AWS, on this machine only. Every method throws OpsError. */
export class SandboxControl {
  readonly #base: URL
  readonly #signal: AbortSignal | undefined
  readonly #readOnly: boolean

  /** The URL is `MSGOPS_SANDBOX_URL` or the default port; one of another machine is refused (exit 2). */
  constructor(options: {readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal; readonly readOnly?: boolean}) {
    this.#base = loopbackUrl(options.env.MSGOPS_SANDBOX_URL || `http://127.0.0.1:${DEFAULT_PORT}`)
    this.#signal = options.signal
    this.#readOnly = options.readOnly ?? false
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return this.#base.origin
  }

  state(): Promise<SandboxState> {
    return this.#call('GET', 'state')
  }

  reset(options: {readonly seed: boolean}): Promise<SandboxState> {
    return this.#call('POST', 'reset', options)
  }

  clock(): Promise<ClockState> {
    return this.#call('GET', 'clock')
  }

  advance(ms: number): Promise<ClockState> {
    return this.#call('POST', 'clock', {advanceMs: ms})
  }

  faults(): Promise<FaultList> {
    return this.#call('GET', 'fault')
  }

  addFault(rule: FaultRule): Promise<FaultList & {readonly id: string}> {
    return this.#call('POST', 'fault', rule)
  }

  /** Removes one fault, or every one. */
  clearFaults(id?: string): Promise<FaultList> {
    return this.#call('DELETE', id === undefined ? 'fault' : `fault?id=${encodeURIComponent(id)}`)
  }

  requests(limit: number): Promise<RequestList> {
    return this.#call('GET', `requests?limit=${limit}`)
  }

  async #call<Answer>(method: string, route: string, document?: object): Promise<Answer> {
    if (this.#readOnly && method !== 'GET') {
      throw new OpsError('This would change the local AWS, and --read-only is set', {
        code: 'ReadOnly',
        exitCode: ExitCode.refused,
      })
    }
    const {status, text} = await this.#exchange(method, CONTROL_PATH + route, document && JSON.stringify(document))
    const answer = parse(text)
    if (answer === undefined) throw this.#stranger()
    if (status === 200) return answer as Answer
    const {error} = answer as Partial<ControlFailure>
    if (!error) throw this.#stranger()
    throw new OpsError(`The local AWS refused: ${error.message}`, {code: error.code, exitCode: ExitCode.usage})
  }

  #exchange(method: string, path: string, body: string | undefined): Promise<{status: number; text: string}> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        new URL(path, this.#base),
        {
          method,
          signal: this.#signal,
          headers: {[CONTROL_HEADER]: '1', ...(body === undefined ? {} : {'content-type': 'application/json'})},
        },
        response => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text += chunk
            if (text.length > LARGEST_ANSWER) request.destroy(this.#stranger())
          })
          response.on('error', reject)
          response.on('end', () => resolve({status: response.statusCode ?? 0, text}))
        },
      )
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ECONNREFUSED'
            ? this.#absent(error)
            : error.code === 'ECONNRESET' || error.code?.startsWith('HPE_')
              ? this.#stranger(error)
              : error,
        ),
      )
      request.end(body)
    })
  }

  #absent(cause: Error): OpsError {
    return new OpsError(`No local AWS is running at ${this.url}`, {
      code: 'SandboxNotRunning',
      exitCode: ExitCode.unreachable,
      suggestions: [
        'Start it in another terminal: msgops sandbox start',
        'On another port: set MSGOPS_SANDBOX_URL to its URL.',
      ],
      cause,
    })
  }

  #stranger(cause?: Error): OpsError {
    return new OpsError(`What answers at ${this.url} is not the local AWS`, {
      code: 'SandboxNotRunning',
      exitCode: ExitCode.unreachable,
      suggestions: [
        'Start it on a free port: msgops sandbox start --port 4748',
        'and set MSGOPS_SANDBOX_URL=http://127.0.0.1:4748',
      ],
      cause,
    })
  }
}

function loopbackUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const host = url?.hostname ?? ''
  const loopback = host === 'localhost' || host.endsWith('.localhost') || host === '127.0.0.1' || host === '[::1]'
  if (url?.protocol === 'http:' && loopback) return url
  throw new OpsError(`MSGOPS_SANDBOX_URL is ${text}, which is no http URL of this machine`, {
    code: 'SandboxUrlInvalid',
    exitCode: ExitCode.usage,
    suggestions: [`It looks like http://127.0.0.1:${DEFAULT_PORT}.`],
  })
}

function parse(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
