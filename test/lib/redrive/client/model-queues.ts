import type {Message, MessageAttributeValue, SendMessageBatchRequestEntry} from '@aws-sdk/client-sqs'
import type {Journal, MessageState, OutcomeRecord} from '../../../../src/lib/redrive/client/journal.js'
import type {
  Depth,
  DestinationQueue,
  EngineClock,
  EntryResult,
  Handle,
  ReceiveRequest,
  SendReply,
  SourceQueue,
} from '../../../../src/lib/redrive/client/ports.js'
import {AwsOpsError, type Outcome} from '../../../../src/lib/aws/errors.js'
import {md5OfBody, md5OfMessageAttributes} from '../../../../src/lib/messages/digest.js'
import {ExitCode} from '../../../../src/lib/ops-error.js'

/** A message of the model: `body` is its identity, for MessageIds change with every copy. */
export interface ModelMessage {
  readonly id: string
  readonly body: string
  readonly group: string | undefined
  readonly attributes: Record<string, MessageAttributeValue>
  readonly trace: string | undefined
  readonly sentMs: number
  readonly from: string | undefined
  visibleMs: number
  receives: number
  deleted: boolean
}

/** Faults are drawn from a tape of numbers, so that a failing schedule shrinks; with the tape used up the world is sound. */
export class Tape {
  private position = 0

  constructor(private readonly numbers: readonly number[] = []) {}

  get over(): boolean {
    return this.position >= this.numbers.length
  }

  pick(choices: number): number {
    return this.over ? 0 : (this.numbers[this.position++] ?? 0) % choices
  }

  chance(percent: number): boolean {
    return !this.over && 99 - this.pick(100) < percent
  }
}

export class ProcessDied extends Error {}

/** Two queues, time and a disk, all of them faulty as the tape says, and the record of what truly happened. */
export class World {
  nowMs = 0
  dead = false
  readonly source: ModelMessage[] = []
  readonly destination: ModelMessage[] = []
  /** Applied sends whose answer never arrived whole, by body. */
  readonly unknownEvents = new Map<string, number>()
  readonly violations: string[] = []
  /** What is on the disk. */
  readonly disk = new Map<string, MessageState>()
  calls: string[] = []
  /** Whether the counters have just told a lie: they do not tell two in a row, or nobody could ever know an empty queue. */
  lied = false
  private serial = 0
  private readonly deduplicated = new Map<string, {id: string; atMs: number}>()

  constructor(
    readonly tape: Tape,
    readonly fifo = false,
    public crashes = true,
  ) {}

  add(message: Partial<ModelMessage> & {body: string}): ModelMessage {
    const added: ModelMessage = {
      id: `s-${this.serial++}`,
      group: this.fifo ? 'g0' : undefined,
      attributes: {},
      trace: undefined,
      sentMs: this.nowMs,
      from: undefined,
      visibleMs: 0,
      receives: 3,
      deleted: false,
      ...message,
    }
    this.source.push(added)
    return added
  }

  left(): ModelMessage[] {
    return this.source.filter(message => !message.deleted)
  }

  copies(body: string): number {
    return this.destination.filter(copy => copy.body === body).length
  }

  get inFlight(): number {
    return this.left().filter(message => message.visibleMs > this.nowMs).length
  }

  /** The process may die here: everything after fails until it is started anew. */
  step(call: string): void {
    if (this.calls.push(call) > 20_000) throw new Error('the engine does not come to an end')
    if (this.crashes && this.tape.chance(1)) this.dead = true
    if (this.dead) throw new ProcessDied('killed')
  }

  put(entry: SendMessageBatchRequestEntry): ModelMessage {
    const key = entry.MessageDeduplicationId
    const known = key === undefined ? undefined : this.deduplicated.get(key)
    if (known !== undefined && this.nowMs - known.atMs < 300_000) {
      const copy = this.destination.find(message => message.id === known.id)
      if (copy !== undefined) return copy
    }
    const copy: ModelMessage = {
      id: `d-${this.serial++}`,
      body: entry.MessageBody ?? '',
      group: entry.MessageGroupId,
      attributes: entry.MessageAttributes ?? {},
      trace: entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
      sentMs: this.nowMs,
      from: undefined,
      visibleMs: 0,
      receives: 0,
      deleted: false,
    }
    if (key !== undefined) this.deduplicated.set(key, {id: copy.id, atMs: this.nowMs})
    this.destination.push(copy)
    return copy
  }
}

export class ModelClock implements EngineClock {
  constructor(private readonly world: World) {}

  now(): number {
    return this.world.nowMs
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted !== true) this.world.nowMs += delayMs
    return Promise.resolve()
  }
}

export class ModelSource implements SourceQueue {
  constructor(private readonly world: World) {}

  async receive({max, waitSeconds, visibilitySeconds}: ReceiveRequest): Promise<readonly Message[]> {
    const {world} = this
    const {tape} = world
    world.step('receive')
    await Promise.resolve()
    world.nowMs += tape.pick(3) * 100
    if (tape.chance(2)) throw failure('RequestThrottled', 'rejected')
    if (tape.chance(2)) throw failure('ConnectionRefused', 'not-sent')
    if (tape.chance(5)) return this.nothing(waitSeconds)
    let ready = world.left().filter(message => message.visibleMs <= world.nowMs)
    if (world.fifo) {
      const locked = new Set(world.left().flatMap(message => (message.visibleMs > world.nowMs ? [message.group] : [])))
      ready = ready.filter(message => !locked.has(message.group))
    } else if (tape.chance(20)) ready = ready.filter(() => tape.pick(2) === 0)
    const received = ready.slice(0, Math.min(max, tape.over ? max : 1 + tape.pick(max)))
    if (received.length === 0) return this.nothing(waitSeconds)
    for (const message of received) {
      message.receives++
      message.visibleMs = world.nowMs + visibilitySeconds * 1000
    }
    if (tape.chance(4)) throw failure('ConnectionLost', 'unknown')
    return received.map(message => toSdkMessage(message, tape.chance(2)))
  }

  private nothing(waitSeconds: number): Message[] {
    this.world.nowMs += waitSeconds * 1000
    return []
  }

  async remove(handles: readonly Handle[]): Promise<readonly EntryResult[]> {
    const {world} = this
    const {tape} = world
    world.step('remove')
    await Promise.resolve()
    world.nowMs += tape.pick(3) * 100
    if (tape.chance(4)) throw failure('ConnectionLost', 'unknown')
    const results = handles.map(handle => this.removeOne(handle))
    world.step('removed')
    if (tape.chance(4)) throw failure('ConnectionLost', 'unknown')
    return results
  }

  private removeOne({messageId, receiptHandle}: Handle): EntryResult {
    const {world} = this
    const {tape} = world
    if (tape.chance(4)) return {ok: false, code: 'InternalError', message: 'try again', senderFault: false}
    const message = world.source.find(({id}) => id === messageId)
    if (message === undefined || message.deleted) return {ok: true}
    const stale = receiptHandle !== handleOf(message)
    if (world.fifo && (stale || message.visibleMs <= world.nowMs)) {
      return {ok: false, code: 'InvalidParameterValue', message: 'The receipt handle has expired.', senderFault: true}
    }
    // A standard queue says yes to a superseded handle, and the message stays.
    if (stale) return {ok: true}
    if (world.copies(message.body) === 0) world.violations.push(`DELETED WITHOUT A COPY ${message.body}`)
    if (world.disk.get(messageId) !== 'sent' && world.disk.get(messageId) !== 'deleted') {
      world.violations.push(`DELETED BEFORE IT WAS RECORDED AS SENT ${message.body}`)
    }
    if (!world.fifo && tape.chance(2)) {
      // The delete is forgotten by one server: the message is delivered again later.
      message.visibleMs = world.nowMs + 5000
      return {ok: true}
    }
    message.deleted = true
    return {ok: true}
  }

  async setVisibility(handles: readonly Handle[], seconds: number): Promise<readonly EntryResult[]> {
    const {world} = this
    const {tape} = world
    world.step('setVisibility')
    await Promise.resolve()
    if (tape.chance(4)) throw failure('ConnectionLost', 'unknown')
    return handles.map(({messageId, receiptHandle}) => {
      if (tape.chance(4)) return {ok: false, code: 'InternalError', message: 'try again', senderFault: false}
      const message = world.source.find(({id}) => id === messageId)
      if (
        message === undefined ||
        message.deleted ||
        receiptHandle !== handleOf(message) ||
        message.visibleMs <= world.nowMs
      ) {
        return {ok: false, code: 'MessageNotInflight', message: 'not in flight', senderFault: true}
      }
      message.visibleMs = world.nowMs + seconds * 1000
      return {ok: true}
    })
  }

  async depth(): Promise<Depth> {
    const {world} = this
    world.step('depth')
    await Promise.resolve()
    if (world.tape.chance(4)) throw failure('ConnectionLost', 'unknown')
    // Counters are late: now and then they say zero of a queue that is not empty.
    world.lied = !world.lied && world.tape.chance(10)
    if (world.lied) return {visible: 0, inFlight: 0, delayed: 0}
    return {visible: world.left().length - world.inFlight, inFlight: world.inFlight, delayed: 0}
  }
}

const FATES = [
  {fate: 'passing', percent: 3},
  {fate: 'refused', percent: 2},
  {fate: 'unnamed', percent: 2},
] as const

export class ModelDestination implements DestinationQueue {
  constructor(private readonly world: World) {}

  async send(entries: readonly SendMessageBatchRequestEntry[]): Promise<SendReply> {
    const {world} = this
    const {tape} = world
    world.step('send')
    await Promise.resolve()
    world.nowMs += tape.pick(4) * 200 + (tape.chance(3) ? 40_000 : 0)
    if (new Set(entries.map(entry => entry.Id)).size !== entries.length) world.violations.push('ENTRY IDS NOT DISTINCT')
    if (tape.chance(4)) throw failure('RequestThrottled', 'rejected')
    if (tape.chance(2)) throw failure('ConnectionRefused', 'not-sent')
    if (tape.chance(2)) throw failure('InvalidParameterValue', 'rejected')
    if (tape.chance(3)) throw failure('ConnectionLost', 'unknown')
    const Successful: NonNullable<SendReply['Successful']>[number][] = []
    const Failed: NonNullable<SendReply['Failed']>[number][] = []
    for (const entry of entries) {
      const Id = entry.Id ?? ''
      const fate = FATES.find(({percent}) => tape.chance(percent))?.fate
      if (fate === 'passing') Failed.push({Id, Code: 'InternalError', Message: 'try again', SenderFault: false})
      else if (fate === 'refused') Failed.push({Id, Code: 'InvalidMessageContents', Message: 'no', SenderFault: true})
      else if (fate === 'unnamed') {
        // Named nowhere in the answer; whether it was taken is anyone's guess.
        if (tape.pick(2) === 0) {
          world.put(entry)
          this.unknown(entry)
        }
      } else {
        // A copy that was damaged on the way is no copy: its digest tells.
        const copy = world.put(tape.chance(2) ? {...entry, MessageBody: `damaged ${entry.MessageBody ?? ''}`} : entry)
        Successful.push({
          Id,
          MessageId: copy.id,
          MD5OfMessageBody: md5OfBody(copy.body),
          MD5OfMessageAttributes: md5OfMessageAttributes(copy.attributes),
        })
      }
    }
    try {
      world.step('sent')
    } catch (error) {
      for (const entry of entries) this.unknown(entry)
      throw error
    }
    if (tape.chance(4)) {
      for (const entry of entries) this.unknown(entry)
      throw failure('NoReply', 'unknown')
    }
    return {Successful, Failed}
  }

  private unknown({MessageBody: body = ''}: SendMessageBatchRequestEntry): void {
    this.world.unknownEvents.set(body, (this.world.unknownEvents.get(body) ?? 0) + 1)
  }
}

/** A journal on the disk of the model; a process that dies in the middle of a write has written nothing. */
export class ModelJournal implements Journal {
  constructor(private readonly world: World) {}

  async intent(messageIds: readonly string[]): Promise<void> {
    this.world.step('intent')
    await Promise.resolve()
    for (const messageId of messageIds) this.world.disk.set(messageId, 'intent')
  }

  async outcome(records: readonly OutcomeRecord[]): Promise<void> {
    try {
      this.world.step('outcome')
    } catch (error) {
      // Sent, and not recorded: what a crash between the two leaves behind.
      for (const {messageId, state} of records) {
        const body = this.world.source.find(({id}) => id === messageId)?.body ?? ''
        if (state === 'sent') this.world.unknownEvents.set(body, (this.world.unknownEvents.get(body) ?? 0) + 1)
      }
      throw error
    }
    await Promise.resolve()
    for (const {messageId, state} of records) this.world.disk.set(messageId, state)
  }

  async deleted(messageIds: readonly string[]): Promise<void> {
    this.world.step('deleted')
    await Promise.resolve()
    for (const messageId of messageIds) this.world.disk.set(messageId, 'deleted')
  }

  async discarded(messageIds: readonly string[]): Promise<void> {
    this.world.step('discarded')
    await Promise.resolve()
    for (const messageId of messageIds) this.world.disk.set(messageId, 'discarded')
  }

  async end(): Promise<void> {
    this.world.step('end')
    await Promise.resolve()
  }

  async close(): Promise<void> {
    this.world.step('close')
    await Promise.resolve()
  }
}

/** An error as the AWS layer throws it. */
export function failure(code: string, outcome: Outcome, exitCode: ExitCode = ExitCode.unreachable): AwsOpsError {
  const settled = outcome === 'rejected' && code !== 'RequestThrottled' && exitCode === ExitCode.unreachable
  return new AwsOpsError(code, {
    code,
    exitCode: settled ? ExitCode.failed : exitCode,
    action: 'SendMessageBatch',
    resource: undefined,
    httpStatus: undefined,
    outcome,
  })
}

function handleOf(message: ModelMessage): string {
  return `${message.id}#${message.receives}`
}

function toSdkMessage(message: ModelMessage, damaged: boolean): Message {
  return {
    MessageId: message.id,
    ReceiptHandle: handleOf(message),
    Body: damaged ? `damaged ${message.body}` : message.body,
    MD5OfBody: md5OfBody(message.body),
    ...(Object.keys(message.attributes).length === 0
      ? {}
      : {MessageAttributes: message.attributes, MD5OfMessageAttributes: md5OfMessageAttributes(message.attributes)}),
    Attributes: {
      SentTimestamp: String(message.sentMs),
      ApproximateReceiveCount: String(message.receives),
      ...(message.group === undefined ? {} : {MessageGroupId: message.group}),
      ...(message.trace === undefined ? {} : {AWSTraceHeader: message.trace}),
      ...(message.from === undefined ? {} : {DeadLetterQueueSourceArn: message.from}),
    },
  }
}
