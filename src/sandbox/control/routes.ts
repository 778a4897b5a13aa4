import type {Faults} from '../faults/faults.js'
import {parseFaultRule} from '../faults/parse-rule.js'
import type {RequestLog} from '../request-log.js'
import type {VirtualClock} from '../virtual-clock.js'
import type {WireReply, WireRequest} from '../wire.js'
import {CONTROL_HEADER, CONTROL_PATH, type ClockState, type SandboxState} from './protocol.js'

export interface ControlOptions {
  readonly url: () => string
  readonly clock: VirtualClock
  readonly faults: Faults
  readonly requests: RequestLog
  readonly services: () => SandboxState['services']
  readonly reset: (options: {seed: boolean}) => Promise<void>
}

const LONGEST_ADVANCE_MS = 366 * 24 * 3600 * 1000

/** The control path of the local AWS: state, reset, clock, fault, requests. JSON in, JSON out. */
export class ControlRoutes {
  readonly #options: ControlOptions

  constructor(options: ControlOptions) {
    this.#options = options
  }

  async answer(request: WireRequest): Promise<WireReply> {
    if (request.headers[CONTROL_HEADER] === undefined) {
      return failure(403, 'HeaderMissing', `The control path wants the header ${CONTROL_HEADER}: 1.`)
    }
    const {pathname, searchParams} = new URL(request.target, 'http://localhost')
    const route = `${request.method} ${pathname.slice(CONTROL_PATH.length)}`
    try {
      const document = await this.#route(route, searchParams, request)
      return document === undefined
        ? failure(404, 'NoSuchRoute', `The control path has no ${route}.`)
        : reply(200, document)
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError)
        return failure(400, 'InvalidRequest', error.message)
      throw error
    }
  }

  async #route(route: string, query: URLSearchParams, request: WireRequest): Promise<object | undefined> {
    const {faults, requests} = this.#options
    switch (route) {
      case 'GET state':
        return this.#state()
      case 'POST reset':
        await this.#options.reset({seed: bodyOf(request).seed === true})
        return this.#state()
      case 'GET clock':
        return this.#clock()
      case 'POST clock':
        this.#setClock(bodyOf(request))
        return this.#clock()
      case 'GET fault':
        return {faults: faults.list()}
      case 'POST fault': {
        const id = faults.add(parseFaultRule(bodyOf(request)))
        return {id, faults: faults.list()}
      }
      case 'DELETE fault': {
        const id = query.get('id')
        if (id === null) faults.clear()
        else if (!faults.remove(id)) throw new RangeError(`there is no fault ${id}`)
        return {faults: faults.list()}
      }
      case 'GET requests': {
        const limit = Number(query.get('limit') ?? 100)
        if (!Number.isInteger(limit) || limit < 0) throw new RangeError('limit must be a whole number from 0')
        return {total: requests.total, requests: limit === 0 ? [] : requests.list().slice(-limit)}
      }
      case 'DELETE requests':
        requests.clear()
        return {total: 0, requests: []}
      default:
        return undefined
    }
  }

  #setClock(body: Record<string, unknown>): void {
    const {clock} = this.#options
    const {advanceMs, frozen} = body
    if (advanceMs !== undefined) {
      if (typeof advanceMs !== 'number' || !(advanceMs >= 0 && advanceMs <= LONGEST_ADVANCE_MS)) {
        throw new RangeError('advanceMs must be a number of milliseconds from 0 to a year')
      }
      clock.advance(advanceMs)
    }
    if (frozen === true) clock.freeze()
    else if (frozen === false) clock.resume()
    else if (frozen !== undefined || advanceMs === undefined)
      throw new RangeError('the clock takes advanceMs, frozen or both')
  }

  #state(): SandboxState {
    const {url, services, faults, requests} = this.#options
    return {
      url: url(),
      clock: this.#clock(),
      services: services(),
      faults: faults.list().length,
      requests: requests.total,
    }
  }

  #clock(): ClockState {
    const {clock} = this.#options
    return {now: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs, frozen: clock.frozen}
  }
}

function bodyOf(request: WireRequest): Record<string, unknown> {
  if (request.body.length === 0) return {}
  const value = JSON.parse(request.body.toString('utf8')) as unknown
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RangeError('the body must be a JSON object')
  return value as Record<string, unknown>
}

function reply(status: number, document: object): WireReply {
  return {status, headers: {'content-type': 'application/json'}, body: JSON.stringify(document)}
}

function failure(status: number, code: string, message: string): WireReply {
  return reply(status, {error: {code, message}})
}
