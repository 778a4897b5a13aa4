import type {ServiceRequest} from '../../service.js'
import type {EventQueue} from '../asynchronous/event-queue.js'
import {accessDenied, functionNotFound, functionsOnly, onlyLatest, wrongRevision} from '../errors.js'
import type {Executor} from '../executor.js'
import {functionArn, LATEST, readFunctionName, type FunctionAddress} from '../function-name.js'
import type {LambdaFunction} from '../function.js'
import {text, type Input} from '../input.js'
import {functionAllows} from '../resource-policy.js'
import type {Functions} from '../store.js'

export type Output = Readonly<Record<string, unknown>>

/** What an action works with: the request, and everything around it. */
export interface ActionContext {
  readonly request: ServiceRequest
  readonly input: Input
  readonly functions: Functions
  readonly executor: Executor
  readonly queue: EventQueue
  /** Whoever signed the request. */
  readonly userArn: string
  readonly nowMs: number
}

export type Action = (context: ActionContext) => Output | Promise<Output>

/** FunctionName and Qualifier of the request, read. */
export function addressOf({input, request}: ActionContext): FunctionAddress {
  return readFunctionName(text(input, 'FunctionName'), text(input, 'Qualifier'), request)
}

/**
 * The function of the request with the caller's permission checked; `shownQualifier` stands in the refusal where the caller gave none.
 * Throws ResourceNotFoundException for one that is not there and for any version but $LATEST, AccessDeniedException for another
 * account's.
 */
export function functionOf(context: ActionContext, permission?: string, shownQualifier?: string): LambdaFunction {
  const address = addressOf(context)
  const fn = reach(context, address, permission ?? context.request.action)
  const arn = functionArn(address, address.qualifier ?? shownQualifier)
  if (fn === undefined) throw functionNotFound(arn)
  if (address.qualifier !== undefined && address.qualifier !== LATEST) throw onlyLatest(arn)
  return fn
}

/** The function of a request that is about all of it and takes no qualifier. */
export function wholeFunctionOf(context: ActionContext, shownQualifier?: string): LambdaFunction {
  if (addressOf(context).qualifier !== undefined) throw functionsOnly()
  return functionOf(context, undefined, shownQualifier)
}

/** The function at an address, if it is there and the caller may do this with it: to others even its absence is not told. */
export function reach(
  {request, functions, userArn}: ActionContext,
  address: FunctionAddress,
  permission: string,
): LambdaFunction | undefined {
  const fn = functions.find(address)
  if (address.account === request.account) return fn
  const asker = {account: request.account, arn: userArn}
  if (fn && functionAllows(fn, asker, permission)) return fn
  throw accessDenied(`User: ${userArn}`, permission, functionArn(address))
}

/** Refuses a change that was meant for another revision. */
export function checkRevision(fn: LambdaFunction, input: Input): void {
  const revision = text(input, 'RevisionId')
  if (revision !== undefined && revision !== fn.revisionId) throw wrongRevision()
}
