import type {Message} from '@aws-sdk/client-sqs'
import {digestMismatch} from '../../messages/verify.js'
import type {Outgoing, Refusal} from './outgoing.js'
import {refusalOf, toOutgoing} from './outgoing.js'
import type {Run} from './run.js'

type WholeMessage = Message & {MessageId: string; ReceiptHandle: string}

/** What a received batch holds for us: messages to send, and messages whose copy is known to be there and that are only to be deleted. */
export interface Triage {
  readonly send: readonly Outgoing[]
  readonly remove: readonly string[]
  /** How many messages of the selection were seen for the first time, whatever becomes of them. */
  readonly selected: number
}

/**
 * Sorts a received batch: new messages are to be sent if they may be, known ones are deleted if their copy is verified, everything
 * else is held until the end of the run. Each message is counted once however often it comes.
 */
export function triage(run: Run, messages: readonly Message[]): Triage {
  const send: Outgoing[] = []
  const remove = new Set<string>()
  let selected = 0
  for (const message of messages.filter(isWhole)) {
    const messageId = message.MessageId
    const state = run.ledger.state(messageId)
    run.ledger.hold(messageId, message.ReceiptHandle)
    if (state === 'sent' || state === 'deleted') remove.add(messageId)
    if (state === 'unknown' || state === 'unverified') run.stopGroup(message.Attributes?.MessageGroupId)
    if (state !== undefined) continue
    run.ledger.set(messageId, 'held')
    if (isLate(run, message)) {
      run.countSkipped(messageId, 'arrived after the start')
      continue
    }
    selected++
    const outgoing = admit(run, message)
    if (outgoing === undefined) continue
    run.ledger.set(messageId, 'received')
    send.push(outgoing)
  }
  return {send, remove: [...remove], selected}
}

// A message without its id or handle can be neither known again nor deleted nor given back: it returns by itself.
function isWhole(message: Message): message is WholeMessage {
  return Boolean(message.MessageId) && Boolean(message.ReceiptHandle)
}

function isLate(run: Run, message: WholeMessage): boolean {
  const {cutMs} = run.options
  return cutMs !== undefined && Number(message.Attributes?.SentTimestamp) > cutMs
}

function admit(run: Run, message: WholeMessage): Outgoing | undefined {
  const {fifo, sourceArn, maximumBytes} = run.options
  const groupId = message.Attributes?.MessageGroupId
  if (fifo && run.isGroupStopped(groupId)) {
    run.countLeft()
    return undefined
  }
  const outgoing = toOutgoing(message, {fifo, sourceArn})
  const refusal = receiptRefusal(run, message) ?? refusalOf(outgoing, {fifo, maximumBytes})
  if (refusal === undefined) return outgoing
  run.countFailed(message.MessageId, 'check', refusal)
  run.stopGroup(groupId)
  return undefined
}

function receiptRefusal(run: Run, message: WholeMessage): Refusal | undefined {
  const damaged = digestMismatch(message)
  if (damaged !== undefined) {
    const what = damaged === 'body' ? 'body' : 'attributes'
    return {code: 'ReceivedMd5Mismatch', message: `the ${what} received do not have the MD5 that SQS gave`}
  }
  const {onlyFromArn} = run.options
  const from = message.Attributes?.DeadLetterQueueSourceArn
  if (onlyFromArn === undefined || from === undefined || from === onlyFromArn) return undefined
  return {code: 'OtherSourceQueue', message: `SQS moved it here from ${from}: name where it is to go with --to`}
}
