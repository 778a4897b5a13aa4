import {Accounts} from './accounts.js'
import {CONTROL_PATH} from './control/protocol.js'
import {ControlRoutes} from './control/routes.js'
import {EventsService} from './events/service.js'
import {Faults} from './faults/faults.js'
import type {LambdaHandler} from './lambda/handlers/handler.js'
import {LambdaService} from './lambda/service.js'
import {listen} from './listener.js'
import {eventsModel} from './models/events.js'
import {lambdaModel} from './models/lambda.js'
import {snsModel} from './models/sns.js'
import {sqsModel} from './models/sqs.js'
import {stsModel} from './models/sts.js'
import {RequestLog} from './request-log.js'
import {Router} from './router.js'
import {playScenario} from './scenario/play.js'
import {SnsService} from './sns/service.js'
import {SqsService} from './sqs/service.js'
import {StsService} from './sts/service.js'
import {VirtualClock} from './virtual-clock.js'

export interface SandboxOptions {
  /** 0 (the default) takes a free port. */
  readonly port?: number
  /** Play the scenario in, so that there are queues to look at. Off unless asked for. */
  readonly seed?: boolean
  /** Code for functions, beside the built-in handlers: what a function's Handler names runs in this process. */
  readonly handlers?: Readonly<Record<string, LambdaHandler>>
  /** Where bugs of the local AWS itself are told, and what it cannot do as AWS does. */
  readonly log?: (line: string) => void
}

/** A running local AWS. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  readonly clock: VirtualClock
  readonly faults: Faults
  readonly requests: RequestLog
  readonly sqs: SqsService
  readonly sns: SnsService
  readonly lambda: LambdaService
  /** As freshly started: no faults, no requests, wall time, empty or with the scenario. */
  reset(options?: {readonly seed?: boolean}): Promise<void>
  close(): Promise<void>
}

/** Starts a local AWS on 127.0.0.1. Rejects with Node's EADDRINUSE error when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = new VirtualClock()
  const faults = new Faults()
  const requests = new RequestLog()
  const accounts = new Accounts()
  const sqs = new SqsService({clock})
  const log = options.log ?? (() => undefined)
  const lambda: LambdaService = new LambdaService({
    clock,
    accounts,
    outlets: () => ({sqs, sns}),
    handlers: options.handlers,
    faults,
    log,
  })
  const sns: SnsService = new SnsService({clock, accounts, queues: sqs, functions: lambda, log})
  const sts = new StsService({clock, accounts})
  const router = new Router({
    registrations: [
      {service: sqs, model: sqsModel},
      {service: sns, model: snsModel},
      {service: lambda, model: lambdaModel},
      {service: sts, model: stsModel},
      {service: new EventsService(), model: eventsModel},
    ],
    accounts,
    clock,
    faults,
    requests,
    log,
  })

  let resetting = Promise.resolve()
  // One after another. The scenario plays within one turn of the event loop, so no request ever sees half of it.
  const reset = ({seed = false}: {seed?: boolean} = {}): Promise<void> => {
    const run = resetting.then(async () => {
      lambda.reset()
      sns.reset()
      sqs.reset()
      sts.reset()
      faults.clear()
      requests.clear()
      clock.reset()
      if (seed) await playScenario({sqs, sns, lambda, clock, origin: url})
    })
    resetting = run.catch(() => undefined)
    return run
  }

  const control = new ControlRoutes({
    url: () => url,
    clock,
    faults,
    requests,
    services: () => ({sqs: sqs.status(), sns: sns.status(), lambda: lambda.status(), sts: sts.status()}),
    reset,
  })
  const listener = await listen(options.port ?? 0, async request => {
    const reply = await (request.target.startsWith(CONTROL_PATH) ? control : router).answer(request)
    // The time of the service, as its messages have it, and not that of the machine.
    return {...reply, headers: {date: httpDate(clock.now()), ...reply.headers}}
  })
  const url = `http://127.0.0.1:${listener.port}`
  if (options.seed) await reset({seed: true})
  return {
    url,
    port: listener.port,
    clock,
    faults,
    requests,
    sqs,
    sns,
    lambda,
    reset,
    async close() {
      await listener.close()
      lambda.reset()
      sns.reset()
      sqs.reset()
      clock.close()
    },
  }
}

let dated: {readonly second: number; readonly text: string} = {second: -1, text: ''}

function httpDate(epochMs: number): string {
  const second = Math.floor(epochMs / 1000)
  if (dated.second !== second) dated = {second, text: new Date(second * 1000).toUTCString()}
  return dated.text
}
