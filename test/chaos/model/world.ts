import type {MessageAttributeValue, SendMessageBatchRequestEntry} from '@aws-sdk/client-sqs'
import {md5OfBody} from '../../../src/lib/messages/digest.js'
import type {Process} from './process.js'
import {Scheduler} from './scheduler.js'
import type {Schedule} from './schedule.js'
import {fateOf} from './schedule.js'
import {Tape} from './tape.js'

export const SOURCE_ARN = 'arn:aws:sqs:us-east-1:000000000000:orders-dlq'
/** What a message came from, and what its copy goes to. */
export const QUEUE_ARNS = [
  'arn:aws:sqs:us-east-1:000000000000:orders',
  'arn:aws:sqs:us-east-1:000000000000:invoices',
] as const
/** A queue that is no destination. */
const FOREIGN_ARN = 'arn:aws:sqs:us-east-1:000000000000:other'
/** SQS drops a send with the deduplication id of another one for so long. */
export const DEDUPLICATION_MS = 300_000

type Attributes = Readonly<Record<string, MessageAttributeValue>>

/** What a copy must have of its original, exactly. */
export interface Content {
  readonly body: string
  readonly attributes: Attributes
  readonly group: string | undefined
  readonly trace: string | undefined
}

export interface SourceMessage extends Content {
  readonly id: string
  /** By which a message is known whatever its MessageId: in its attribute `id`, else in its body. */
  readonly key: string
  readonly number: number
  /** ARN of the queue that it came from. */
  readonly from: string
  readonly sentMs: number
  readonly expiresMs: number
  /** That its producer gave, which SQS still remembers. */
  readonly producerId: string
  visibleMs: number
  receives: number
  state: 'here' | 'deleted' | 'taken' | 'expired'
  /** The process that was told of it last. */
  owner: Process | undefined
  /** A delete of it was answered with yes. */
  confirmed: boolean
  /** A change of its visibility was refused or got no answer: nobody can be sure of it. */
  unsure: boolean
}

export interface Copy extends Content {
  readonly id: string
  readonly key: string | undefined
  readonly queue: number
  readonly atMs: number
  /** Spoilt by SQS on its way: no copy. */
  readonly damaged: boolean
  bounced: boolean
}

/** Queues, time and chance, and the record of what truly happened. */
export class World {
  readonly scheduler = new Scheduler()
  readonly tape: Tape
  readonly source: SourceMessage[] = []
  readonly copies: Copy[] = []
  /** Broken promises, by the name of the invariant. */
  readonly violations = new Set<string>()
  /** Sends that may or may not have been taken, by key. */
  readonly unknownEvents = new Map<string, number>()
  /** Keys that SQS itself delivered again after it had confirmed the delete. */
  readonly redelivered = new Set<string>()
  /** Keys of what is in the backup. */
  readonly backedUp = new Set<string>()
  /** Messages whose delete was confirmed, by key. */
  readonly deletes = new Map<string, number>()
  sends = 0
  removes = 0
  /** When the job began, by SQS's clock. */
  cutMs = 0
  /** Counters do not tell two lies in a row, or nobody could ever know an empty queue. */
  lied = false
  private readonly byId = new Map<string, SourceMessage>()
  private readonly byKey = new Map<string, SourceMessage[]>()
  private readonly wholeCopies = new Map<string, number>()
  private readonly deduplicated = new Map<string, {id: string; atMs: number}>()
  private serial = 0
  private numbers = 0

  constructor(readonly schedule: Schedule) {
    const {tape, seed} = schedule
    this.tape = new Tape(typeof tape === 'number' ? {seed, limit: tape} : tape)
    this.scheduler.nowMs = 1_000_000_000
    for (let count = 0; count < schedule.messages; count++) this.arrive()
    this.scheduler.nowMs += 10_000
    this.cutMs = this.nowMs
  }

  get nowMs(): number {
    return this.scheduler.nowMs
  }

  violate(invariant: string, what: string): void {
    if (this.violations.size < 20) this.violations.add(`${invariant}: ${what}`)
  }

  /** A message comes into the source. */
  arrive(): void {
    const {schedule} = this
    const number = this.numbers++
    const key = `m${number}`
    const named = schedule.twins || number % 4 !== 0
    this.put({
      key,
      number,
      body: `m${schedule.twins ? number - (number % 2) : number}`,
      group: schedule.fifo ? `g${number % schedule.groups}` : number % 3 === 0 ? `fair${number % 5}` : undefined,
      trace: number % 2 === 0 ? `Root=1-${number}` : undefined,
      attributes: named
        ? {
            id: {DataType: 'String', StringValue: key},
            n: {DataType: 'Number.float', StringValue: `${number}.50`},
            b: {DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, number)},
          }
        : {},
      from: schedule.routes
        ? number % 9 === 8
          ? FOREIGN_ARN
          : (QUEUE_ARNS[number % 2] ?? FOREIGN_ARN)
        : QUEUE_ARNS[0],
      expiresMs: schedule.expiry && number % 3 === 0 ? this.nowMs + 30_000 + number * 5000 : Number.POSITIVE_INFINITY,
    })
  }

  /** A copy is received and not processed, until SQS moves it back: with the MessageId that it has. */
  bounce(copy: Copy): void {
    const original = this.byKey.get(copy.key ?? '')?.[0]
    if (original === undefined) return
    copy.bounced = true
    const {id, body, attributes, group, trace} = copy
    this.put({...original, id, body, attributes, group, trace})
  }

  private put(
    message: Omit<
      SourceMessage,
      'id' | 'sentMs' | 'visibleMs' | 'receives' | 'state' | 'owner' | 'confirmed' | 'unsure' | 'producerId'
    > & {id?: string},
  ): void {
    const id = message.id ?? this.newId()
    const added: SourceMessage = {
      ...message,
      id,
      sentMs: this.nowMs,
      producerId: `producer ${id}`,
      visibleMs: 0,
      receives: 3,
      state: 'here',
      owner: undefined,
      confirmed: false,
      unsure: false,
    }
    this.source.push(added)
    this.byId.set(id, added)
    this.byKey.set(added.key, [...(this.byKey.get(added.key) ?? []), added])
    // Its first delivery was a moment ago, and a dead-letter queue keeps the MessageId.
    if (this.schedule.fifo) this.deduplicated.set(added.producerId, {id, atMs: this.nowMs})
  }

  newId(): string {
    return `00000000-0000-4000-8000-${(++this.serial).toString(16).padStart(12, '0')}`
  }

  message(id: string): SourceMessage | undefined {
    return this.byId.get(id)
  }

  withKey(key: string): readonly SourceMessage[] {
    return this.byKey.get(key) ?? []
  }

  /** What is in the source now. */
  here(): SourceMessage[] {
    for (const message of this.source) {
      if (message.state === 'here' && message.expiresMs <= this.nowMs) message.state = 'expired'
    }
    return this.source.filter(({state}) => state === 'here')
  }

  /** What a receive can be given: of a FIFO group nothing while one of its messages is in flight. */
  ready(): SourceMessage[] {
    const here = this.here()
    const visible = here.filter(({visibleMs}) => visibleMs <= this.nowMs)
    if (!this.schedule.fifo) return visible
    const locked = new Set(here.flatMap(({visibleMs, group}) => (visibleMs > this.nowMs ? [group] : [])))
    return visible.filter(({group}) => !locked.has(group))
  }

  isLate({sentMs}: SourceMessage): boolean {
    return sentMs > this.cutMs
  }

  /** Sends of one message that the protocol allows without any mishap. */
  sendable(key: string): number {
    return this.withKey(key).filter(message => this.schedule.follow || !this.isLate(message)).length
  }

  copiesOf(key: string): number {
    return this.wholeCopies.get(key) ?? 0
  }

  count(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }

  /** SQS takes a message into a queue of the destination, or for a repetition of one. Returns the MessageId that it answers with. */
  take(entry: SendMessageBatchRequestEntry, queue: number, damaged: boolean): string {
    const body = entry.MessageBody ?? ''
    const deduplicationId = this.schedule.fifo
      ? (entry.MessageDeduplicationId ?? `content ${md5OfBody(body)}`)
      : undefined
    const known = deduplicationId === undefined ? undefined : this.deduplicated.get(deduplicationId)
    if (known !== undefined && this.nowMs - known.atMs < DEDUPLICATION_MS) return known.id
    const key = keyOf(entry)
    const copy: Copy = {
      id: this.newId(),
      key,
      queue,
      atMs: this.nowMs,
      damaged,
      bounced: false,
      body: damaged ? `damaged ${body}` : body,
      attributes: entry.MessageAttributes ?? {},
      group: entry.MessageGroupId,
      trace: entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
    }
    if (deduplicationId !== undefined) this.deduplicated.set(deduplicationId, {id: copy.id, atMs: this.nowMs})
    this.copies.push(copy)
    if (key !== undefined && !damaged) {
      this.watchRepetition(key)
      this.count(this.wholeCopies, key)
    }
    return copy.id
  }

  private watchRepetition(key: string): void {
    // What came back is another message with the same key.
    if (!this.schedule.fifo || this.withKey(key).length > 1 || this.copiesOf(key) === 0 || this.schedule.jobs > 1)
      return
    const recent = this.copies.filter(
      copy => copy.key === key && !copy.damaged && this.nowMs - copy.atMs < DEDUPLICATION_MS,
    )
    if (recent.length > 1) this.violate('P8', `${key} twice in a FIFO queue within five minutes`)
  }

  fate({number}: SourceMessage): ReturnType<typeof fateOf> {
    return fateOf(this.schedule, number)
  }
}

/** The key of what is sent. */
export function keyOf({MessageBody = '', MessageAttributes = {}}: SendMessageBatchRequestEntry): string | undefined {
  return MessageAttributes.id?.StringValue ?? /^m\d+/.exec(MessageBody)?.[0]
}

/** What must be in the destination of a message, by what was decided of it. */
export function expectedOf(message: SourceMessage, fate: ReturnType<typeof fateOf>): Content {
  const {body, attributes, group, trace} = message
  if (fate === 'changeBody') return {body: `${body} changed`, attributes, group, trace}
  if (fate === 'changeAttributes') return {body, attributes: changedAttributes(message), group, trace}
  return {body, attributes, group, trace}
}

export function changedAttributes({key}: {key: string}): Record<string, MessageAttributeValue> {
  return {id: {DataType: 'String', StringValue: key}, new: {DataType: 'Number', StringValue: '7'}}
}
