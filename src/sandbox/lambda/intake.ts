import {randomUUID} from 'node:crypto'
import {errorOf} from '../faults/error-of.js'
import type {Faults} from '../faults/faults.js'
import {chainOf} from './asynchronous/lineage.js'
import type {EventQueue} from './asynchronous/event-queue.js'
import {LARGEST_EVENT} from './asynchronous/event.js'
import {accessDenied, functionNotFound, onlyLatest, requestTooLarge} from './errors.js'
import {LATEST, parseFunctionArn} from './function-name.js'
import type {LambdaFunction} from './function.js'
import {functionAllows} from './resource-policy.js'
import type {Functions} from './store.js'

/** An asynchronous invocation that an AWS service makes by itself, as SNS does for a subscription. */
export interface ServiceInvocation {
  readonly functionArn: string
  /** JSON. */
  readonly payload: string
  readonly traceHeader: string | undefined
  readonly origin: string
  readonly sender: {
    /** `sns.amazonaws.com` */
    readonly service: string
    /** The topic, rule, ... and its account: what policies ask for as aws:SourceArn and aws:SourceAccount. */
    readonly sourceArn: string
    readonly sourceAccount: string
  }
}

/**
 * Takes an event in from a service, which needs the function's policy to allow it, in the same account too. Throws AwsError in Lambda's
 * words: the function is gone, its policy says nothing of this sender, the event is too large.
 */
export function takeInvocation(functions: Functions, queue: EventQueue, invocation: ServiceInvocation): void {
  const {functionArn, payload, traceHeader, origin, sender} = invocation
  const fn = functionOf(functions, functionArn)
  const allowed = functionAllows(fn, {service: sender.service}, 'InvokeFunction', {
    'aws:sourcearn': sender.sourceArn,
    'aws:sourceaccount': sender.sourceAccount,
    'aws:securetransport': 'true',
    'aws:principalisawsservice': 'true',
  })
  if (!allowed) throw accessDenied(sender.service, 'InvokeFunction', fn.arn)
  if (Buffer.byteLength(payload) > LARGEST_EVENT) throw requestTooLarge(LARGEST_EVENT)
  queue.accept(fn, {requestId: randomUUID(), payload, chain: chainOf(traceHeader), origin})
}

/** Does what a service asks, unless a fault that is set for Lambda has its way with it: before it takes effect, or after. */
export function sufferingFaults(faults: Faults | undefined, invocation: ServiceInvocation, take: () => void): void {
  const {functionArn, sender} = invocation
  const {account = '', region = ''} = parseFunctionArn(functionArn) ?? {}
  const target = {service: 'lambda', action: 'Invoke', account, region, input: {FunctionName: functionArn}}
  const rule = faults?.any ? faults.takeForDelivery(target) : undefined
  if (rule === undefined || rule.kind === 'reset-after' || rule.applied) take()
  if (rule) throw errorOf(rule, target, sender.service)
}

function functionOf(functions: Functions, arn: string): LambdaFunction {
  const fn = functions.byArn(arn)
  if (fn === undefined) throw functionNotFound(arn)
  const {qualifier = LATEST} = parseFunctionArn(arn) ?? {}
  if (qualifier !== LATEST) throw onlyLatest(arn)
  return fn
}
