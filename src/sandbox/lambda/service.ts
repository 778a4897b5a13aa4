import type {Accounts} from '../accounts.js'
import type {Clock} from '../clock.js'
import type {Faults} from '../faults/faults.js'
import type {Service, ServiceRequest} from '../service.js'
import {deleteFunctionConcurrency, getFunctionConcurrency, putFunctionConcurrency} from './actions/concurrency.js'
import type {Action, Output} from './actions/context.js'
import {
  createFunction,
  deleteFunction,
  getFunction,
  getFunctionConfiguration,
  listFunctions,
  updateFunctionCode,
  updateFunctionConfiguration,
} from './actions/functions.js'
import {
  deleteFunctionEventInvokeConfig,
  getFunctionEventInvokeConfig,
  listFunctionEventInvokeConfigs,
  putFunctionEventInvokeConfig,
  updateFunctionEventInvokeConfig,
} from './actions/invoke-configs.js'
import {invoke} from './actions/invoke.js'
import {addPermissionAction, getPolicy, removePermissionAction} from './actions/permissions.js'
import {listTags, tagResource, untagResource} from './actions/tags.js'
import type {Outlets} from './asynchronous/courier.js'
import {EventQueue} from './asynchronous/event-queue.js'
import type {EventLog} from './asynchronous/event.js'
import {unknownAction} from './errors.js'
import {Executor} from './executor.js'
import type {FunctionCounts} from './function.js'
import type {LambdaHandler} from './handlers/handler.js'
import {handlersWith} from './handlers/registry.js'
import {sufferingFaults, takeInvocation, type ServiceInvocation} from './intake.js'
import {Functions} from './store.js'

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    AddPermission: addPermissionAction,
    CreateFunction: createFunction,
    DeleteFunction: deleteFunction,
    DeleteFunctionConcurrency: deleteFunctionConcurrency,
    DeleteFunctionEventInvokeConfig: deleteFunctionEventInvokeConfig,
    GetFunction: getFunction,
    GetFunctionConcurrency: getFunctionConcurrency,
    GetFunctionConfiguration: getFunctionConfiguration,
    GetFunctionEventInvokeConfig: getFunctionEventInvokeConfig,
    GetPolicy: getPolicy,
    Invoke: invoke,
    ListFunctionEventInvokeConfigs: listFunctionEventInvokeConfigs,
    ListFunctions: listFunctions,
    ListTags: listTags,
    PutFunctionConcurrency: putFunctionConcurrency,
    PutFunctionEventInvokeConfig: putFunctionEventInvokeConfig,
    RemovePermission: removePermissionAction,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateFunctionCode: updateFunctionCode,
    UpdateFunctionConfiguration: updateFunctionConfiguration,
    UpdateFunctionEventInvokeConfig: updateFunctionEventInvokeConfig,
  }),
)

/** What `sandbox status` shows of one function. */
export interface FunctionStatus extends FunctionCounts {
  readonly name: string
  readonly handler: string
  readonly eventsWaiting: number
}

export interface LambdaStatus {
  readonly functions: readonly FunctionStatus[]
}

/** Lambda in memory, on the clock that it is given. Archives are stored; what runs are handlers of the local AWS, by name. */
export class LambdaService implements Service {
  readonly name = 'lambda'
  readonly #clock: Clock
  readonly #accounts: Accounts
  readonly #functions = new Functions()
  readonly #faults: Faults | undefined
  readonly #executor: Executor
  readonly #queue: EventQueue

  constructor({
    clock,
    accounts,
    outlets,
    handlers,
    faults,
    log = () => undefined,
  }: {
    readonly clock: Clock
    readonly accounts: Accounts
    /** Asked for when a destination is first told: Lambda and SNS know each other. */
    readonly outlets: () => Outlets
    /** Handlers beside the built-in ones, by name. */
    readonly handlers?: Readonly<Record<string, LambdaHandler>>
    /** What other services of the local AWS suffer when they invoke; users suffer theirs before they come here. */
    readonly faults?: Faults
    /** Where bugs of the local AWS itself are told. */
    readonly log?: (line: string) => void
  }) {
    this.#clock = clock
    this.#accounts = accounts
    this.#faults = faults
    this.#executor = new Executor({clock, handlers: handlersWith(handlers)})
    this.#queue = new EventQueue({clock, executor: this.#executor, functions: this.#functions, outlets, tell: log})
  }

  /** What became of each asynchronous invocation. */
  get events(): EventLog {
    return this.#queue.events
  }

  async handle(request: ServiceRequest): Promise<Output> {
    const action = ACTIONS.get(request.action)
    if (action === undefined) throw unknownAction(request.action)
    return action({
      request,
      input: request.input,
      functions: this.#functions,
      executor: this.#executor,
      queue: this.#queue,
      userArn: this.#accounts.principalOf(request.accessKeyId).arn,
      nowMs: this.#clock.now(),
    })
  }

  /** Takes an event in from another service of the local AWS; throws AwsError where the function does not take it. */
  invoke(invocation: ServiceInvocation): void {
    sufferingFaults(this.#faults, invocation, () => takeInvocation(this.#functions, this.#queue, invocation))
  }

  status(): Readonly<Record<string, LambdaStatus>> {
    const status: Record<string, LambdaStatus> = {}
    for (const store of this.#functions.all()) {
      if (store.functions.size === 0) continue
      const functions = store.sorted().map(({name, settings, eventsWaiting, counts}) => ({
        name,
        handler: settings.Handler,
        eventsWaiting,
        ...counts,
      }))
      status[`${store.account}/${store.region}`] = {functions}
    }
    return status
  }

  /** Forgets everything: functions, events that wait, and runs under way. */
  reset(): void {
    this.#functions.clear()
    this.#queue.clear()
    this.#executor.clear()
  }
}
