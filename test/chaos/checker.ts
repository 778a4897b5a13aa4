import type {MessageAttributeValue} from '@aws-sdk/client-sqs'
import type {Copy, Planted} from './planted.js'

/** What the tool has said of a redrive, over all its runs, before anybody looked into the queues. */
export interface Testimony {
  /** MessageIds in the source of messages that may exist twice. */
  readonly possibleDuplicates: ReadonlySet<string>
  /** MessageIds in the source of messages that it says are moved. */
  readonly moved: ReadonlySet<string>
}

/** Each list names marks; for `unexpected`, bodies. */
export interface Verdict {
  /** Whether no promise was broken. */
  readonly ok: boolean
  readonly planted: number
  readonly delivered: number
  readonly left: number
  /** Still in the source. */
  readonly leftMarks: readonly string[]
  /** In no queue at all. */
  readonly lost: readonly string[]
  /** More than one copy, in whatever queues. */
  readonly duplicated: readonly string[]
  /** Of these, those that the tool had not listed. */
  readonly unreported: readonly string[]
  /** Listed by the tool, and there once. */
  readonly reportedNotFound: readonly string[]
  /** Copies of nothing that was planted. */
  readonly unexpected: readonly string[]
  /** Copies whose body, attributes, trace header or group are not those planted. */
  readonly altered: readonly string[]
  /** Groups whose order, first copies and then what is left, is not the one planted. */
  readonly reordered: readonly string[]
  /** Said to be moved, and not in the destination or still in the source. */
  readonly falselyMoved: readonly string[]
}

const MARK = /mark-\d{6}-/

/**
 * Judges a redrive by what lies in the queues at its end against what was planted and what the tool said: the total-queue check of
 * Jepsen. Knows nothing of how the tool works.
 */
export function check(planted: readonly Planted[], copies: readonly Copy[], said: Testimony, fifo = false): Verdict {
  const byMark = new Map(planted.map(message => [message.mark, message]))
  const byId = new Map(planted.map(message => [message.messageId, message]))
  const found = new Map<string, Copy[]>()
  const unexpected: string[] = []
  const altered = new Set<string>()
  for (const copy of copies) {
    const original = copy.place === 'source' ? byId.get(copy.messageId) : byMark.get(MARK.exec(copy.body)?.[0] ?? '')
    if (original === undefined) unexpected.push(`${copy.place}: ${copy.body.slice(0, 60)}`)
    else {
      if (!isWhole(original, copy)) altered.add(original.mark)
      const others = found.get(original.mark)
      if (others === undefined) found.set(original.mark, [copy])
      else others.push(copy)
    }
  }
  const places = (message: Planted): Copy['place'][] => (found.get(message.mark) ?? []).map(({place}) => place)
  const marks = (wanted: (message: Planted) => boolean): string[] => planted.filter(wanted).map(({mark}) => mark)
  const lost = marks(message => places(message).length === 0)
  const duplicated = marks(message => places(message).length > 1)
  const unreported = marks(message => places(message).length > 1 && !said.possibleDuplicates.has(message.messageId))
  const falselyMoved = marks(
    message =>
      said.moved.has(message.messageId) &&
      (!places(message).includes('destination') || places(message).includes('source')),
  )
  const leftMarks = marks(message => places(message).includes('source'))
  const reordered = fifo ? groupsOutOfOrder(planted, found) : []
  const broken = [lost, unreported, unexpected, [...altered], reordered, falselyMoved]
  return {
    ok: broken.every(list => list.length === 0),
    planted: planted.length,
    delivered: marks(message => places(message).includes('destination')).length,
    left: leftMarks.length,
    leftMarks,
    lost,
    duplicated,
    unreported,
    reportedNotFound: marks(message => said.possibleDuplicates.has(message.messageId) && places(message).length === 1),
    unexpected,
    altered: [...altered],
    reordered,
    falselyMoved,
  }
}

function isWhole(original: Planted, copy: Copy): boolean {
  return (
    copy.body === original.body &&
    copy.traceHeader === original.traceHeader &&
    copy.groupId === original.groupId &&
    attributesText(copy.attributes) === attributesText(original.attributes)
  )
}

function attributesText(attributes: Readonly<Record<string, MessageAttributeValue>>): string {
  const lines = Object.entries(attributes).map(([name, {DataType = '', StringValue, BinaryValue}]) => {
    const value = BinaryValue === undefined ? `s:${StringValue ?? ''}` : `b:${Buffer.from(BinaryValue).toString('hex')}`
    return JSON.stringify([name, DataType, value])
  })
  return lines.sort().join('\n')
}

function groupsOutOfOrder(planted: readonly Planted[], found: ReadonlyMap<string, readonly Copy[]>): string[] {
  const groups = new Map<string, Planted[]>()
  for (const message of planted) {
    const id = message.groupId ?? ''
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [message])
    else group.push(message)
  }
  return [...groups]
    .filter(([, messages]) => !isInOrder(messages.map(({mark}) => found.get(mark) ?? [])))
    .map(([id]) => id)
}

/** Copies of each message of a group, in the order planted: the first in the destination must follow each other, what is left comes last. */
function isInOrder(copies: readonly (readonly Copy[])[]): boolean {
  let latest = -1n
  let anyLeft = false
  for (const own of copies) {
    const delivered = own.filter(({place}) => place === 'destination').map(copy => BigInt(copy.sequenceNumber ?? 0))
    const [first] = delivered.sort((a, b) => (a < b ? -1 : 1))
    if (first === undefined) {
      anyLeft ||= own.length > 0
      continue
    }
    if (anyLeft || first <= latest) return false
    latest = first
  }
  return true
}
