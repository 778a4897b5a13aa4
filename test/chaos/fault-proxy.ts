import http from 'node:http'
import type {AddressInfo} from 'node:net'
import {answerAs, failEntries, isSpoiltAnswer, refusalOf, spoil, type Reply} from './spoiling.js'
import type {FaultKind} from './tape.js'

/** What decides the fate of each request; called once for each, in the order of their arrival. */
export type Fate = (operation: string) => FaultKind | undefined

/** A request that is kept waiting: `reached` when it has come, and goes on at `release`. */
export interface Hold {
  readonly reached: Promise<void>
  release(): void
}

export interface ProxyOptions {
  /** URL of the local AWS. */
  readonly upstream: string
  /** Epoch ms by the clock of the local AWS, for the Date of its answers. */
  readonly now?: () => number
  /** How many times as fast as the wall the clocks of both ends run: delays are given in their time. */
  readonly factor?: number
}

interface ArmedHold {
  readonly operation: string
  readonly moment: 'before' | 'after'
  skip: number
  readonly arrive: () => void
  readonly released: Promise<void>
}

const SLOW_MS = 6000
const SKEW_MS = 10 * 60_000

/**
 * Stands between the command line and the local AWS and knows the operations: what a network, a load balancer and SQS itself are
 * allowed to do to a request is done here, by the fate of each. Everything it did is counted.
 */
export class FaultProxy {
  fate: Fate = () => undefined
  /** `kind operation` -> how often. */
  readonly injected = new Map<string, number>()
  /** Operations in the order of their arrival. */
  readonly operations: string[] = []
  readonly #options: ProxyOptions
  readonly #server: http.Server
  readonly #agent = new http.Agent({keepAlive: true})
  readonly #timers = new Set<NodeJS.Timeout>()
  #holds: ArmedHold[] = []

  private constructor(options: ProxyOptions) {
    this.#options = options
    this.#server = http.createServer({keepAliveTimeout: 60_000}, (request, response) => {
      void this.#serve(request, response).catch(() => response.destroy())
    })
  }

  static async start(options: ProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options)
    await new Promise<void>(resolve => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Keeps the next request of an operation (after `skip` of them) waiting, before or after it takes effect. */
  hold(operation: string, moment: ArmedHold['moment'] = 'before', skip = 0): Hold {
    let arrive = (): void => undefined
    let release = (): void => undefined
    const reached = new Promise<void>(resolve => {
      arrive = resolve
    })
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    this.#holds.push({operation, moment, skip, arrive, released})
    const free = (): void => {
      release()
    }
    return {reached, release: free}
  }

  /** As freshly started, but for what is counted. */
  calm(): void {
    this.fate = () => undefined
    this.#holds = []
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#agent.destroy()
    this.#server.closeAllConnections()
    await new Promise<void>(resolve => this.#server.close(() => resolve()))
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await wholeOf(request)
    const operation = String(request.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '')
    if (operation === '') {
      write(response, await this.#forward(request, body))
      return
    }
    this.operations.push(operation)
    const hold = this.#takeHold(operation)
    if (hold?.moment === 'before') await waitAt(hold)
    const kind = this.fate(operation)
    if (kind !== undefined) this.#count(kind, operation)
    const done = await this.#suffer(kind, {request, response, body})
    if (done === undefined) return
    if (hold?.moment === 'after') await waitAt(hold)
    await this.#deliver(kind, done, response)
  }

  /** Lets the request take effect or not; the answer there would be, undefined where there will be none. */
  async #suffer(
    kind: FaultKind | undefined,
    {request, response, body}: {request: http.IncomingMessage; response: http.ServerResponse; body: Buffer},
  ): Promise<Reply | undefined> {
    switch (kind) {
      case 'reset-before':
        response.destroy()
        return undefined
      case 'hang-before':
        return undefined
      case 'slow-before':
        await this.#pause(SLOW_MS)
        return this.#forward(request, body)
      case 'partial-batch':
      case 'partial-throttle':
        return failEntries(kind, body, rest => this.#forward(request, rest))
      default:
        return (kind === undefined ? undefined : refusalOf(kind)) ?? this.#forward(request, body)
    }
  }

  async #deliver(kind: FaultKind | undefined, reply: Reply, response: http.ServerResponse): Promise<void> {
    switch (kind) {
      case 'reset-after':
        response.destroy()
        return
      case 'hang-after':
        return
      case 'half-head':
        response.socket?.end('HTTP/1.1 200 OK\r\nContent-Ty')
        return
      case 'half-reply':
      case 'stalled-reply':
        response.writeHead(reply.status, {...reply.headers, 'content-length': reply.body.length})
        response.write(reply.body.subarray(0, Math.floor(reply.body.length / 2)), () => {
          if (kind === 'half-reply') response.destroy()
        })
        return
      case 'slow-after':
        await this.#pause(SLOW_MS)
        write(response, reply)
        return
      case 'skew-ahead':
      case 'skew-behind':
        write(response, {
          ...reply,
          headers: {...reply.headers, date: this.#date(kind === 'skew-ahead' ? SKEW_MS : -SKEW_MS)},
        })
        return
      default:
        write(response, kind !== undefined && isSpoiltAnswer(kind) ? spoil(kind, reply) : answerAs(kind, reply))
    }
  }

  #forward(request: http.IncomingMessage, body: Buffer): Promise<Reply> {
    const {upstream} = this.#options
    return new Promise((resolve, reject) => {
      const onward = http.request(
        new URL(request.url ?? '/', upstream),
        {
          method: request.method,
          agent: this.#agent,
          headers: {...request.headers, 'content-length': body.length},
        },
        answer => {
          wholeOf(answer).then(
            whole =>
              resolve({status: answer.statusCode ?? 0, headers: {...answer.headers, date: this.#date(0)}, body: whole}),
            reject,
          )
        },
      )
      onward.on('error', reject)
      onward.end(body)
    })
  }

  #date(skewMs: number): string {
    return new Date((this.#options.now ?? Date.now)() + skewMs).toUTCString()
  }

  #takeHold(operation: string): ArmedHold | undefined {
    const hold = this.#holds.find(armed => armed.operation === operation)
    if (hold === undefined) return undefined
    if (hold.skip > 0) {
      hold.skip--
      return undefined
    }
    this.#holds = this.#holds.filter(armed => armed !== hold)
    return hold
  }

  #count(kind: FaultKind, operation: string): void {
    const key = `${kind} ${operation}`
    this.injected.set(key, (this.injected.get(key) ?? 0) + 1)
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer: NodeJS.Timeout = setTimeout(
        () => {
          this.#timers.delete(timer)
          resolve()
        },
        delayMs / (this.#options.factor ?? 1),
      )
      this.#timers.add(timer)
    })
  }
}

async function waitAt(hold: ArmedHold): Promise<void> {
  hold.arrive()
  await hold.released
}

async function wholeOf(message: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function write(response: http.ServerResponse, {status, headers, body}: Reply): void {
  // A client that is gone, as after a kill, hears nothing any more.
  if (response.destroyed) return
  const ofTheHop = {connection: undefined, 'transfer-encoding': undefined}
  const kept = Object.entries({...headers, ...ofTheHop, 'content-length': body.length}).filter(
    ([, value]) => value !== undefined,
  )
  response.writeHead(status, Object.fromEntries(kept))
  response.end(body)
}
