import type {Message} from '@aws-sdk/client-sqs'
import {md5OfBody, md5OfMessageAttributes} from '../../../src/lib/messages/digest.js'
import type {Depth, EntryResult, Handle, ReceiveRequest, SourceQueue} from '../../../src/lib/redrive/client/ports.js'
import type {Job} from './job.js'
import {failure} from './mishaps.js'
import type {Process} from './process.js'
import type {SourceMessage, World} from './world.js'

const OK: EntryResult = {ok: true}
const PASSING: EntryResult = {ok: false, code: 'InternalError', message: 'try again', senderFault: false}

/** The dead-letter queue, as one process of a job meets it. */
export class ModelSource implements SourceQueue {
  private readonly world: World

  constructor(
    private readonly process: Process,
    private readonly job: Job,
  ) {
    this.world = process.world
  }

  async receive({max, waitSeconds, visibilitySeconds}: ReceiveRequest): Promise<readonly Message[]> {
    const {world, process} = this
    const {tape} = world
    await process.step()
    await process.wait(10 + tape.pick(3) * 100)
    const mishap = 99 - tape.pick(100)
    if (!tape.over && mishap < 2) throw failure('RequestThrottled', 'rejected')
    if (!tape.over && mishap < 4) throw failure('ConnectionRefused', 'not-sent')
    let ready = world.ready()
    if (!tape.over && mishap < 9) ready = []
    else if (!world.schedule.fifo && tape.chance(20)) ready = ready.filter(() => tape.pick(2) === 0)
    const received = ready.slice(0, tape.over ? max : Math.max(1, max - tape.pick(max)))
    for (const message of received) {
      message.receives++
      message.owner = undefined
      message.unsure = false
      message.visibleMs = world.nowMs + visibilitySeconds * 1000
    }
    // Slower than asked for where nothing is to come: an hour of it is a few polls.
    if (received.length === 0) await process.wait(waitSeconds * (ready.length === 0 && tape.over ? 8000 : 1000))
    if (tape.chance(3)) throw failure('ConnectionLost', 'unknown')
    await process.step()
    for (const message of received) message.owner = process
    return received.map(message => toSdkMessage(message, tape.chance(1)))
  }

  async remove(handles: readonly Handle[]): Promise<readonly EntryResult[]> {
    const {world, process} = this
    const {tape} = world
    await process.step()
    const asleep = world.schedule.jobs === 1 && tape.chance(1)
    await world.scheduler.wait(10 + tape.pick(3) * 100 + (asleep ? 61_000 : 0))
    const mishap = 99 - tape.pick(100)
    if (!tape.over && mishap < 3) {
      await process.step()
      throw failure('ConnectionLost', 'unknown')
    }
    world.removes += handles.length
    const results = handles.map(handle => this.removeOne(handle))
    await process.step()
    if (!tape.over && mishap < 6) throw failure('NoReply', 'unknown')
    return results
  }

  private removeOne({messageId, receiptHandle}: Handle): EntryResult {
    const {world} = this
    const {tape, schedule} = world
    const mishap = 99 - tape.pick(100)
    if (!tape.over && mishap < 4) return PASSING
    const message = world.message(messageId)
    if (message === undefined) return OK
    if (message.state !== 'here') {
      this.confirm(message)
      return OK
    }
    const stale = receiptHandle !== handleOf(message)
    if (schedule.fifo && (stale || message.visibleMs <= world.nowMs)) {
      return {ok: false, code: 'InvalidParameterValue', message: 'The receipt handle has expired.', senderFault: true}
    }
    // A standard queue says yes to a superseded handle, and the message stays.
    if (stale) return this.forget(message)
    this.checkDelete(message)
    if (!schedule.fifo && !tape.over && mishap < 6) {
      // One server forgets the delete: the message is delivered again later.
      message.visibleMs = world.nowMs + 5000
      message.owner = undefined
      return this.forget(message)
    }
    message.state = 'deleted'
    this.confirm(message)
    return OK
  }

  /** The delete is confirmed, and the message may be delivered again all the same: to another host, too. */
  private forget(message: SourceMessage): EntryResult {
    if (this.world.schedule.jobs > 1) this.world.redelivered.add(message.key)
    this.confirm(message)
    return OK
  }

  private confirm(message: SourceMessage): void {
    if (!message.confirmed && this.world.fate(message) !== 'discard') this.world.count(this.world.deletes, message.key)
    message.confirmed = true
  }

  private checkDelete(message: SourceMessage): void {
    const {world} = this
    const {id, key} = message
    if (world.schedule.keep) world.violate('P2', `${key} deleted from a queue that is kept`)
    if (world.fate(message) === 'discard') {
      if (!this.job.file.isDurable(id, 'Z')) world.violate('P4', `${key} discarded before that was on the disk`)
      if (!world.backedUp.has(key)) world.violate('P1', `${key} discarded without a backup`)
      return
    }
    if (!this.job.file.isDurable(id, 'S')) world.violate('P4', `${key} deleted before its copy was on record`)
    const others = (world.deletes.get(key) ?? 0) - (message.confirmed ? 1 : 0)
    if (world.copiesOf(key) <= others) world.violate('P1', `${key} lost: deleted without a copy`)
  }

  async setVisibility(handles: readonly Handle[], seconds: number): Promise<readonly EntryResult[]> {
    const {world, process} = this
    const {tape} = world
    await process.step()
    await world.scheduler.wait(10 + tape.pick(2) * 100)
    const mishap = 99 - tape.pick(100)
    const messages = handles.map(({messageId}) => world.message(messageId))
    if (!tape.over && mishap < 6) for (const message of messages) if (message !== undefined) message.unsure = true
    if (!tape.over && mishap < 3) {
      await process.step()
      throw failure('ConnectionLost', 'unknown')
    }
    const results = handles.map((handle, index) => this.setOne(messages[index], handle, seconds))
    await process.step()
    if (!tape.over && mishap < 6) throw failure('NoReply', 'unknown')
    return results
  }

  private setOne(message: SourceMessage | undefined, {receiptHandle}: Handle, seconds: number): EntryResult {
    const {world} = this
    if (message !== undefined && world.tape.chance(4)) {
      message.unsure = true
      return PASSING
    }
    const inFlight = message?.state === 'here' && message.visibleMs > world.nowMs
    if (!inFlight || receiptHandle !== handleOf(message)) {
      return {ok: false, code: 'MessageNotInflight', message: 'not in flight', senderFault: true}
    }
    message.visibleMs = world.nowMs + seconds * 1000
    return OK
  }

  async depth(): Promise<Depth> {
    const {world, process} = this
    const {tape} = world
    await process.step()
    await process.wait(10)
    if (tape.chance(3)) throw failure('ConnectionLost', 'unknown')
    // Counters are late.
    world.lied = !world.lied && tape.chance(10)
    if (world.lied) return {visible: 0, inFlight: 0, delayed: 0}
    const here = world.here()
    const inFlight = here.filter(({visibleMs}) => visibleMs > world.nowMs).length
    return {visible: here.length - inFlight, inFlight, delayed: 0}
  }
}

function handleOf({id, receives}: SourceMessage): string {
  return `${id}#${receives}`
}

function toSdkMessage(message: SourceMessage, damaged: boolean): Message {
  const {id, body, attributes, group, trace, sentMs, receives, from, producerId} = message
  return {
    MessageId: id,
    ReceiptHandle: handleOf(message),
    Body: damaged ? `damaged ${body}` : body,
    MD5OfBody: md5OfBody(body),
    ...(Object.keys(attributes).length === 0
      ? {}
      : {MessageAttributes: attributes, MD5OfMessageAttributes: md5OfMessageAttributes(attributes)}),
    Attributes: {
      SentTimestamp: String(sentMs),
      ApproximateReceiveCount: String(receives),
      DeadLetterQueueSourceArn: from,
      ...(group === undefined ? {} : {MessageGroupId: group, MessageDeduplicationId: producerId}),
      ...(trace === undefined ? {} : {AWSTraceHeader: trace}),
    },
  }
}
