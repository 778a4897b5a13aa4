import {setTimeout as pause} from 'node:timers/promises'
import {AwsError} from '../service.js'
import type {WireReply} from '../wire.js'
import {errorOf} from './error-of.js'
import type {FaultTarget} from './faults.js'
import type {FaultRule} from './rule.js'
import {mergeFailures, spoilDigests, splitBatch} from './tamper.js'

type Members = Readonly<Record<string, unknown>>

/** A request on its way to a service, seen by a fault. */
export interface FaultedCall {
  readonly target: FaultTarget
  readonly callerArn: string
  /** Epoch ms of the local AWS. */
  nowMs(): number
  /** Lets the request take effect, with this input. */
  apply(input: Members): Promise<Members>
  success(output: Members): WireReply
  failure(error: AwsError): WireReply
}

const DEFAULT_SKEW_MS = 20 * 60_000
const DEFAULT_SLOW_MS = 1000

/** Lets a request suffer a fault. What it answers is what the client gets; errors of the service itself pass through as usual. */
export async function performFault(rule: FaultRule, call: FaultedCall): Promise<WireReply> {
  const latencyMs = rule.latencyMs ?? (rule.kind === 'slow' ? DEFAULT_SLOW_MS : 0)
  if (latencyMs > 0 && !rule.applied) await pause(latencyMs, undefined, {ref: false})
  const reply = await answer(rule, call)
  if (latencyMs > 0 && rule.applied) await pause(latencyMs, undefined, {ref: false})
  const skewMs = rule.skewMs ?? (rule.kind === 'skew' ? DEFAULT_SKEW_MS : 0)
  if (skewMs === 0) return reply
  return {...reply, headers: {...reply.headers, date: new Date(call.nowMs() + skewMs).toUTCString()}}
}

async function answer(rule: FaultRule, call: FaultedCall): Promise<WireReply> {
  const {input} = call.target
  switch (rule.kind) {
    case 'error':
    case 'throttle':
    case 'access-denied':
    case 'expired-token':
      if (rule.applied) await settle(call)
      return call.failure(errorOf(rule, call.target, call.callerArn))
    case 'reset-before':
      return {status: 500, headers: {}, body: '', ending: 'reset'}
    case 'reset-after':
      await settle(call)
      return {status: 500, headers: {}, body: '', ending: 'reset'}
    case 'hang':
      if (rule.applied) await settle(call)
      return {status: 500, headers: {}, body: '', ending: 'never'}
    case 'half-reply':
      return {...(await settle(call)), ending: 'half'}
    case 'bad-md5':
      return call.success(spoilDigests(await call.apply(input)) as Members)
    case 'partial-batch': {
      const error = {
        Code: rule.code ?? 'InternalError',
        Message: rule.message ?? 'An internal error occurred.',
        SenderFault: rule.status !== undefined && rule.status < 500,
      }
      const {kept, left, failed} = splitBatch(input, rule.entries, error)
      const output = rule.applied ? await call.apply(input) : left === 0 ? {} : await call.apply(kept)
      return call.success(mergeFailures(output, failed))
    }
    case 'slow':
    case 'skew':
      return call.success(await call.apply(input))
  }
}

/** The request takes effect; how it would have been answered. */
async function settle(call: FaultedCall): Promise<WireReply> {
  try {
    return call.success(await call.apply(call.target.input))
  } catch (error) {
    if (error instanceof AwsError) return call.failure(error)
    throw error
  }
}
