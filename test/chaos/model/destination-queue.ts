import type {SendMessageBatchRequestEntry} from '@aws-sdk/client-sqs'
import {ExitCode} from '../../../src/lib/ops-error.js'
import {md5OfBody, md5OfMessageAttributes} from '../../../src/lib/messages/digest.js'
import type {DestinationQueue, SendReply} from '../../../src/lib/redrive/client/ports.js'
import type {Job} from './job.js'
import {failure} from './mishaps.js'
import type {Process} from './process.js'
import {DEDUPLICATION_MS, expectedOf, keyOf, QUEUE_ARNS, type SourceMessage, type World} from './world.js'

type Entry = SendMessageBatchRequestEntry
type Success = NonNullable<SendReply['Successful']>[number]

/** One of the queues that messages go to, as one process of a job meets it. */
export class ModelDestination implements DestinationQueue {
  private readonly world: World

  constructor(
    private readonly process: Process,
    private readonly job: Job,
    private readonly queue: number,
  ) {
    this.world = process.world
  }

  async send(entries: readonly Entry[]): Promise<SendReply> {
    const {world, process} = this
    const {tape} = world
    await process.step()
    world.sends += entries.length
    for (const entry of entries) this.checkEntry(entry)
    if (new Set(entries.map(({Id}) => Id)).size !== entries.length) world.violate('P3', 'entry ids are not distinct')
    const {concurrency} = world.schedule
    if (process.open.size > 10 * concurrency) {
      world.violate(
        'P5',
        `${process.open.size} sends under way whose outcome is not on the disk, of ${concurrency} workers`,
      )
    }
    // A machine that sleeps while a request is under way; SQS's own five minutes do not wait for it.
    const asleep = world.schedule.jobs === 1 && !world.schedule.fifo && tape.chance(2)
    await world.scheduler.wait(10 + tape.pick(4) * 200 + (asleep ? 45_000 : 0))
    const mishap = 99 - tape.pick(200)
    if (!tape.over && mishap >= 0) {
      const before = BEFORE.find(({below}) => mishap < below)?.error()
      if (before !== undefined) {
        await process.step()
        if (before.outcome !== 'unknown') this.close(entries)
        else this.unknown(entries)
        throw before
      }
    }
    const Successful: Success[] = []
    const Failed: NonNullable<SendReply['Failed']>[number][] = []
    for (const entry of entries) this.takeOne(entry, Successful, Failed)
    await process.step()
    if (tape.chance(4)) {
      this.unknown(entries)
      throw failure('NoReply', 'unknown')
    }
    this.unknown(entries.filter(({Id}) => ![...Successful, ...Failed].some(answer => answer.Id === Id)))
    for (const {Id} of Failed) this.close(entries.filter(entry => entry.Id === Id))
    for (const {Id, MessageId: id} of Successful) {
      const key = keyOf(entries.find(entry => entry.Id === Id) ?? {Id, MessageBody: ''})
      if (id !== undefined) process.copies.push({id, key})
    }
    return {Successful, Failed}
  }

  private takeOne(entry: Entry, Successful: Success[], Failed: NonNullable<SendReply['Failed']>[number][]): void {
    const {world} = this
    const {tape} = world
    const {Id = ''} = entry
    const mishap = tape.over ? 99 : 99 - tape.pick(100)
    if (mishap < 3) return void Failed.push({Id, Code: 'InternalError', Message: 'try again', SenderFault: false})
    if (mishap < 5) return void Failed.push({Id, Code: 'InvalidMessageContents', Message: 'no', SenderFault: true})
    // Named nowhere in the answer; whether it was taken is anyone's guess.
    if (mishap < 6) return void world.take(entry, this.queue, false)
    if (mishap < 7) return
    // Taken for the repetition of a message that was sent before: nothing is put into the queue.
    if (mishap < 8 && world.schedule.fifo) {
      const known = this.process.copies.find(({key}) => key !== keyOf(entry))?.id ?? this.originalOf(entry)?.id
      if (known !== undefined) return void Successful.push(this.answer(entry, known, entry.MessageBody ?? ''))
    }
    const unproven = mishap < 10
    // A FIFO queue would drop the whole copy sent later for the spoilt one that it has, and nobody could know: there the answer lies.
    const damaged = unproven && !world.schedule.fifo
    const id = world.take(entry, this.queue, damaged)
    Successful.push(this.answer(entry, id, `${unproven ? 'damaged ' : ''}${entry.MessageBody ?? ''}`))
  }

  private answer(entry: Entry, id: string, body: string): Success {
    return {
      Id: entry.Id,
      MessageId: id,
      MD5OfMessageBody: md5OfBody(body),
      MD5OfMessageAttributes: md5OfMessageAttributes(entry.MessageAttributes ?? {}),
    }
  }

  /** Before anything of it is written to the network. */
  private checkEntry(entry: Entry): void {
    const {world, process, job} = this
    const key = keyOf(entry)
    const original = this.originalOf(entry)
    if (key === undefined || original === undefined) {
      world.violate('P3', `invented: ${entry.MessageBody ?? ''}`)
      return
    }
    process.open.set(key, original.id)
    const fate = world.fate(original)
    const {MessageBody, MessageAttributes = {}, MessageGroupId, MessageSystemAttributes} = entry
    const trace = MessageSystemAttributes?.AWSTraceHeader?.StringValue
    const expected = expectedOf(original, fate)
    if (
      JSON.stringify([MessageBody, MessageAttributes, MessageGroupId, trace]) !==
      JSON.stringify([expected.body, expected.attributes, expected.group, expected.trace])
    ) {
      world.violate('P3', `${key} sent as ${JSON.stringify(entry)}`)
    }
    if (fate === 'skip' || fate === 'refuse' || fate === 'discard')
      world.violate('P2', `${key} sent, and was to ${fate}`)
    if (world.schedule.routes && original.from !== QUEUE_ARNS[this.queue]) world.violate('P3', `${key} sent elsewhere`)
    if (!job.file.isLast(original.id, 'I')) world.violate('P4', `${key} sent before its intent was on the disk`)
    if (world.schedule.backup && !world.backedUp.has(key))
      world.violate('P1', `${key} sent before it was in the backup`)
    if (world.sendable(key) === 0) world.violate('P2', `${key} sent, and came after the start`)
    this.checkListed(key, original.id)
    this.checkReturned(key, original)
  }

  /** What this process has sent itself and came back is known by its content; a resume does not know what the sessions before it sent. */
  private checkReturned(key: string, message: SourceMessage): void {
    const {world, process, job} = this
    const [first] = world.withKey(key)
    if (job.sessions > 1 || first === undefined || first === message || !job.file.isDurable(first.id, 'S')) return
    if (process.copies.some(copy => copy.key === key)) world.violate('P2', `${key} came back, and was moved again`)
  }

  private originalOf(entry: Entry): SourceMessage | undefined {
    const originals = this.world.withKey(keyOf(entry) ?? '')
    return originals.find(message => this.job.file.isLast(message.id, 'I')) ?? originals[0]
  }

  /** What may be there already is sent again only when that has been said, unless SQS drops the second send. */
  private checkListed(key: string, id: string): void {
    const {world, job} = this
    const firstMs = job.doubts.get(id)
    // Of a message and what came back of it nobody can say which one is sent.
    if (firstMs === undefined || job.listed.has(id) || world.withKey(key).length > 1) return
    if (world.schedule.fifo && world.nowMs - firstMs < DEDUPLICATION_MS) return
    world.violate('P6', `${key} sent again before it was listed`)
  }

  private close(entries: readonly Entry[]): void {
    for (const entry of entries) this.process.open.delete(keyOf(entry) ?? '')
  }

  private unknown(entries: readonly Entry[]): void {
    const {world, job} = this
    for (const entry of entries) {
      const key = keyOf(entry) ?? ''
      world.count(world.unknownEvents, key)
      job.doubt(this.originalOf(entry)?.id ?? '', world.nowMs)
    }
    this.close(entries)
  }
}

const BEFORE = [
  {below: 8, error: () => failure('RequestThrottled', 'rejected')},
  {below: 12, error: () => failure('ConnectionRefused', 'not-sent')},
  {below: 16, error: () => failure('InvalidParameterValue', 'rejected')},
  {below: 22, error: () => failure('ConnectionLost', 'unknown')},
  {below: 23, error: () => failure('AccessDenied', 'rejected', ExitCode.denied)},
]
