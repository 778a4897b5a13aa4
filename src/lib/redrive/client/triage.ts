import type {Message} from '@aws-sdk/client-sqs'
import {digestMismatch} from '../../messages/verify.js'
import type {Decision, Refusal, WholeMessage} from './options.js'
import type {Outgoing} from './outgoing.js'
import {refusalOf, toOutgoing} from './outgoing.js'
import type {Run} from './run.js'

/** What a received batch holds for us. */
export interface Triage {
  /** Messages to send. */
  readonly send: readonly Outgoing[]
  /** Messages whose copy is known to be there, to be deleted only. */
  readonly remove: readonly string[]
  /** Messages to be deleted without a copy. */
  readonly discard: readonly WholeMessage[]
  /** How many messages of the selection were seen for the first time, whatever becomes of them. */
  readonly selected: number
  /** How many were seen for the first time at all. */
  readonly fresh: number
  /** Groups that stop behind what is sent of them now: what came before the message that stays may go. */
  readonly stops: ReadonlySet<string>
}

const MOVE: Decision = {action: 'move'}

/**
 * Sorts a received batch: new messages are to be sent if they are selected and may be, known ones are deleted if their copy is verified,
 * everything else is held until the end of the run. Each message is counted once however often it comes.
 */
export async function triage(run: Run, messages: readonly Message[]): Promise<Triage> {
  const {decide} = run.options
  const stops = new GroupStops(messages)
  const {candidates, remove} = sort(run, messages, stops)
  const whole = candidates.filter(message => isUndamaged(run, message, stops))
  const decisions = decide === undefined || whole.length === 0 ? undefined : await decide(whole)
  if (decisions !== undefined && decisions.length !== whole.length) throw new Error('not every message was decided')
  const send: Outgoing[] = []
  const discard: WholeMessage[] = []
  let selected = candidates.length - whole.length
  whole.forEach((message, index) => {
    const decision = decisions === undefined ? MOVE : (decisions[index] ?? MOVE)
    if (!isSelected(run, message, {decision, stops})) return
    selected++
    if (decision.action === 'discard') discard.push(message)
    if (decision.action !== 'move') return
    const outgoing = admit(run, message, {decision, stops})
    if (outgoing === undefined) return
    run.ledger.set(message.MessageId, 'received')
    send.push(outgoing)
  })
  return {send, remove, discard, selected, fresh: candidates.length, stops: stops.groups}
}

/** Takes note of what was received: what is new and here since before the start, and what is only to be deleted again. */
export function recognise(run: Run, messages: readonly Message[]): Recognised {
  const stops = new GroupStops(messages)
  const recognised = sort(run, messages, stops)
  for (const group of stops.groups) run.stopGroup(group)
  return recognised
}

interface Recognised {
  readonly candidates: readonly WholeMessage[]
  readonly remove: readonly string[]
}

function sort(run: Run, messages: readonly Message[], stops: GroupStops): Recognised {
  const remove = new Set<string>()
  const candidates = messages.filter(isWhole).filter(message => isCandidate(run, message, {remove, stops}))
  return {candidates, remove: [...remove]}
}

// A message without its id or handle can be neither known again nor deleted nor given back: it returns by itself.
function isWhole(message: Message): message is WholeMessage {
  return Boolean(message.MessageId) && Boolean(message.ReceiptHandle)
}

/** Whether the message is to be decided upon: not one that is known, and not one that arrived after the start. */
function isCandidate(
  run: Run,
  message: WholeMessage,
  {remove, stops}: {remove: Set<string>; stops: GroupStops},
): boolean {
  const {keep = false, follow = false} = run.options
  const {MessageId: messageId, ReceiptHandle: handle} = message
  const state = run.ledger.state(messageId)
  run.ledger.hold(messageId, handle)
  run.ages.note(message)
  if (state === 'deleted' || state === 'discarded' || (state === 'sent' && !keep)) remove.add(messageId)
  if (state === 'unknown' || state === 'unverified') stops.stopAt(message)
  if (state !== undefined && state !== 'unresolved') return false
  run.ledger.set(messageId, 'held')
  if (state === 'unresolved') return true
  if (run.isCopy(message)) {
    run.takeReturned(messageId)
    run.tally.skipped(messageId, 'came back after it was moved')
    return false
  }
  if (follow || !run.ages.isLate(message)) return true
  run.tally.skipped(messageId, 'arrived after the start')
  return false
}

function isUndamaged(run: Run, message: WholeMessage, stops: GroupStops): boolean {
  const damaged = digestMismatch(message)
  if (damaged === undefined) return true
  const what = damaged === 'body' ? 'body' : 'attributes'
  fail(run, message, {
    stage: 'check',
    stops,
    refusal: {code: 'ReceivedMd5Mismatch', message: `the ${what} received do not have the MD5 that SQS gave`},
  })
  return false
}

/** Whether the message counts: selected, and within `--max`. */
function isSelected(
  run: Run,
  message: WholeMessage,
  {decision, stops}: {decision: Decision; stops: GroupStops},
): boolean {
  if (decision.action === 'skip') {
    run.tally.skipped(message.MessageId, decision.reason)
    run.holds.warnOfExpiry(run.ages.msToExpiry(message))
    return false
  }
  const group = run.options.fifo ? message.Attributes?.MessageGroupId : undefined
  if (run.options.selective === true && (run.budget.isGroupDeferred(group) || run.budget.reserve(1) === 0)) {
    run.budget.defer(message.MessageId, group)
    return false
  }
  if (decision.action === 'refuse') fail(run, message, {stage: 'select', stops, refusal: decision})
  return true
}

function admit(
  run: Run,
  message: WholeMessage,
  {decision: {body, messageAttributes}, stops}: {decision: Extract<Decision, {action: 'move'}>; stops: GroupStops},
): Outgoing | undefined {
  const {fifo, sourceArn, routeOf} = run.options
  if (fifo && (run.isGroupStopped(message.Attributes?.MessageGroupId) || stops.isBehind(message))) {
    run.tally.left()
    return undefined
  }
  if (isS3Pointer(message)) run.warnOfPointers()
  const route = routeOf(message)
  if ('code' in route) {
    fail(run, message, {stage: 'check', stops, refusal: route})
    return undefined
  }
  const isChanged = body !== undefined || messageAttributes !== undefined
  const changed = isChanged ? withChanges(message, {body, messageAttributes}) : message
  const outgoing = toOutgoing(changed, {fifo, sourceArn, route, original: message})
  const refusal = refusalOf(outgoing, {fifo})
  if (refusal === undefined) return outgoing
  fail(run, message, {stage: 'check', stops, refusal})
  return undefined
}

function withChanges(
  message: WholeMessage,
  {body, messageAttributes}: Omit<Extract<Decision, {action: 'move'}>, 'action'>,
): WholeMessage {
  return {
    ...message,
    ...(body === undefined ? {} : {Body: body}),
    ...(messageAttributes === undefined ? {} : {MessageAttributes: {...messageAttributes}}),
  }
}

// The extended client libraries of AWS put a long body into S3 and send this instead (redrive.md, catalogue 40).
function isS3Pointer({Body: body = ''}: WholeMessage): boolean {
  return body.startsWith('["') && /^\["(?:software\.amazon|com\.amazon)\.[\w.]*S3Pointer"/.test(body)
}

function fail(
  run: Run,
  message: WholeMessage,
  {stage, stops, refusal: {code, message: text}}: {stage: 'select' | 'check'; stops: GroupStops; refusal: Refusal},
): void {
  run.tally.failed({messageId: message.MessageId, stage, code, message: text})
  stops.stopAt(message)
}

/** Where in a received batch each message group stops. */
class GroupStops {
  private readonly firsts = new Map<string, number>()

  constructor(private readonly messages: readonly Message[]) {}

  get groups(): ReadonlySet<string> {
    return new Set(this.firsts.keys())
  }

  stopAt(message: Message): void {
    const group = message.Attributes?.MessageGroupId
    if (group === undefined) return
    this.firsts.set(group, Math.min(this.firsts.get(group) ?? Number.POSITIVE_INFINITY, this.placeOf(message)))
  }

  isBehind(message: Message): boolean {
    const first = this.firsts.get(message.Attributes?.MessageGroupId ?? '')
    return first !== undefined && this.placeOf(message) > first
  }

  private placeOf(message: Message): number {
    return Math.max(0, this.messages.indexOf(message))
  }
}
