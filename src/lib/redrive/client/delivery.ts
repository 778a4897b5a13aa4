import {backoffMs} from './backoff.js'
import type {RequestFailure, SendOutcome} from './classify.js'
import {failureOf, outcomesOf} from './classify.js'
import {SEND_RESERVE_MS, VISIBILITY_SECONDS} from './options.js'
import type {Outgoing} from './outgoing.js'
import {packBatches, roundsByGroup} from './outgoing.js'
import type {Run} from './run.js'

/** Attempts for an entry that failed for a reason on the side of SQS. */
const PASSING_ATTEMPTS = 4
/** How long a destination that cannot be reached is tried. */
const UNREACHABLE_MS = 60_000
/** Sends in a row without one success: the destination, not the messages, is at fault. */
const BARREN_SENDS = 5
const BARREN_UNKNOWN_SENDS = 3

type Rejection = Extract<SendOutcome, {state: 'rejected'}>

/** Sends what was received and reports each message's outcome; deletes nothing (removal.ts). One per run, shared by its workers. */
export class Delivery {
  private barrenSends = 0
  private barrenUnknownSends = 0

  constructor(
    private readonly run: Run,
    /** Called with the messages whose copies are verified and journalled, after every send. */
    private readonly remove: (sent: readonly string[]) => Promise<void>,
  ) {}

  /** Settles the messages of one receive, whose visibility ends at `expiresMs`: each is sent and removed, failed, left or unknown. */
  async settle(messages: readonly Outgoing[], expiresMs: number): Promise<void> {
    const {run} = this
    const visible = new Visibility(run, messages, expiresMs)
    const rounds = run.options.fifo ? roundsByGroup(messages) : [messages]
    for (const round of rounds) {
      let rest = [...round]
      while (rest.length > 0) {
        const ready = rest.filter(message => !this.leaveStopped(message, visible))
        const [batch = []] = packBatches(run.proven ? ready : ready.slice(0, 1))
        const taken = new Set(batch)
        rest = ready.filter(message => !taken.has(message))
        await this.deliver(batch, visible)
      }
    }
  }

  /** Whether the message is not to be sent any more: the run has ended, its group has stopped, or its visibility was lost. */
  private leaveStopped(message: Outgoing, visible: Visibility): boolean {
    if (visible.isLost(message)) return true
    if (!this.run.stopped && !this.run.isGroupStopped(message.groupId)) return false
    this.leave(message)
    return true
  }

  private leave(message: Outgoing): void {
    this.run.ledger.set(message.messageId, 'held')
    this.run.stopGroup(message.groupId)
    this.run.countLeft()
  }

  private async deliver(batch: readonly Outgoing[], visible: Visibility): Promise<void> {
    const {run} = this
    let pending = batch
    let unreachableSinceMs: number | undefined
    for (let attempt = 0; pending.length > 0; attempt++) {
      await run.pace.take(pending.length, run.signal)
      if (run.stopped) {
        for (const message of pending) this.leave(message)
        return
      }
      const ready = await visible.keep(pending)
      const {outcomes, failure} = await this.attempt(ready)
      await this.remove(ready.filter((_, index) => outcomes[index]?.state === 'sent').map(message => message.messageId))
      if (failure?.kind === 'refused' && ready.length > 1) return this.deliverEach(ready, visible)
      pending = ready.filter((message, index) => this.isRetried(message, outcomes[index], attempt))
      if (failure?.kind !== 'unreachable') unreachableSinceMs = undefined
      else unreachableSinceMs ??= run.options.clock.now()
      if (failure !== undefined && this.isGivenUp(failure, unreachableSinceMs)) run.fail(failure)
      if (pending.length === 0) return
      const throttled = outcomes.some(outcome => outcome.state === 'rejected' && outcome.retry === 'throttled')
      await run.options.clock.sleep(backoffMs(attempt, run.options.random, {throttled}), run.signal)
    }
  }

  // A request can be refused whole for what one of its messages carries: alone, the others pass.
  private async deliverEach(batch: readonly Outgoing[], visible: Visibility): Promise<void> {
    for (const message of batch) await this.deliver([message], visible)
  }

  private isGivenUp(failure: RequestFailure, unreachableSinceMs: number | undefined): boolean {
    if (failure.kind === 'fatal') return true
    return unreachableSinceMs !== undefined && this.run.options.clock.now() - unreachableSinceMs >= UNREACHABLE_MS
  }

  private async attempt(batch: readonly Outgoing[]): Promise<{outcomes: SendOutcome[]; failure?: RequestFailure}> {
    const {run} = this
    const {journal, destination} = run.options
    if (batch.length === 0) return {outcomes: []}
    try {
      await journal.intent(batch.map(message => message.messageId))
    } catch (error) {
      run.fail({...failureOf(error), kind: 'fatal'})
      return {
        outcomes: batch.map(() => ({
          state: 'rejected',
          code: 'JournalFailed',
          message: 'not sent',
          retry: 'throttled',
        })),
      }
    }
    for (const message of batch) run.ledger.set(message.messageId, 'intent')
    let outcomes: SendOutcome[]
    let failure: RequestFailure | undefined
    try {
      run.requests++
      outcomes = outcomesOf(
        batch,
        await destination.send(batch.map(({entry}, index) => ({...entry, Id: String(index)}))),
      )
    } catch (error) {
      failure = failureOf(error)
      const outcome = outcomeOfFailure(failure)
      outcomes = batch.map(() => outcome)
    }
    outcomes = outcomes.map((outcome, index) => this.checkedForSwallowing(batch[index], outcome))
    return {outcomes: await this.record(batch, outcomes), failure}
  }

  /** Journals the outcomes; a `sent` that is not durable is no `sent`, for a delete must never rest on it. */
  private async record(batch: readonly Outgoing[], outcomes: readonly SendOutcome[]): Promise<SendOutcome[]> {
    const {run} = this
    let durable = [...outcomes]
    try {
      await run.options.journal.outcome(
        batch.map(({messageId}, index) => {
          const outcome = outcomes[index] ?? NO_OUTCOME
          return {
            messageId,
            state: outcome.state,
            ...('newMessageId' in outcome ? {newMessageId: outcome.newMessageId} : {}),
          }
        }),
      )
    } catch (error) {
      run.fail({...failureOf(error), kind: 'fatal'})
      durable = outcomes.map(outcome =>
        outcome.state === 'sent'
          ? {state: 'unknown', code: 'JournalFailed', message: 'sent, and the record of it was lost'}
          : outcome,
      )
    }
    batch.forEach((message, index) => this.apply(message, durable[index] ?? NO_OUTCOME))
    this.watchForBarrenSends(durable)
    return durable
  }

  private apply(message: Outgoing, outcome: SendOutcome): void {
    const {run} = this
    if (outcome.state === 'sent') run.ledger.sent(message.messageId, outcome.newMessageId)
    else run.ledger.set(message.messageId, outcome.state)
    if (outcome.state === 'unknown' || outcome.state === 'unverified') {
      const {state, ...rest} = outcome
      run.stopGroup(message.groupId)
      run.listDuplicate({
        messageId: message.messageId,
        reason: state === 'unknown' ? 'unknownOutcome' : 'unverified',
        ...rest,
      })
    }
  }

  private checkedForSwallowing(message: Outgoing | undefined, outcome: SendOutcome): SendOutcome {
    if (message === undefined || outcome.state !== 'sent' || !this.run.options.fifo) return outcome
    if (!this.run.ledger.isSwallowed(message.messageId, outcome.newMessageId)) return outcome
    const text = `SQS answered with the MessageId of another message, ${outcome.newMessageId}: it took this one for a repetition and kept no copy`
    return {state: 'unverified', code: 'Swallowed', message: text}
  }

  /** Settles a rejection: true when the message is to be sent again, false when it has been counted. */
  private isRetried(message: Outgoing, outcome: SendOutcome | undefined, attempt: number): boolean {
    if (outcome?.state !== 'rejected') return false
    const again = outcome.retry === 'throttled' || (outcome.retry === 'passing' && attempt + 1 < PASSING_ATTEMPTS)
    if (again) return true
    this.failFor(message, outcome)
    return false
  }

  private failFor(message: Outgoing, {code, message: text}: Rejection): void {
    this.run.countFailed(message.messageId, 'send', {code, message: text})
    this.run.stopGroup(message.groupId)
  }

  private watchForBarrenSends(outcomes: readonly SendOutcome[]): void {
    if (outcomes.some(outcome => outcome.state === 'sent')) {
      this.barrenSends = 0
      this.barrenUnknownSends = 0
      return
    }
    if (outcomes.some(outcome => outcome.state === 'rejected' && outcome.retry === 'never')) this.barrenSends++
    if (outcomes.some(outcome => outcome.state === 'unknown')) this.barrenUnknownSends++
    if (this.barrenSends >= BARREN_SENDS) this.run.stop('stopped', `${BARREN_SENDS} sends in a row were refused`)
    if (this.barrenUnknownSends >= BARREN_UNKNOWN_SENDS) {
      this.run.stop('stopped', `${BARREN_UNKNOWN_SENDS} sends in a row had no known outcome`)
    }
  }
}

/** The visibility that is left of one receive; renewed before a send that it might not outlast. */
class Visibility {
  private readonly expiresMs: Map<Outgoing, number>
  private readonly lostGroups = new Set<string>()

  constructor(
    private readonly run: Run,
    messages: readonly Outgoing[],
    expiresMs: number,
  ) {
    this.expiresMs = new Map(messages.map(message => [message, expiresMs]))
  }

  /** Whether the message is, or an earlier one of its group was, another consumer's again; it is seen anew when it comes back. */
  isLost(message: Outgoing): boolean {
    if (!this.expiresMs.has(message)) return true
    if (!this.run.options.fifo || message.groupId === undefined || !this.lostGroups.has(message.groupId)) return false
    this.lose(message)
    return true
  }

  /** Those that are ours for long enough to be sent now. */
  async keep(messages: readonly Outgoing[]): Promise<Outgoing[]> {
    const {run} = this
    const nowMs = run.options.clock.now()
    const short = messages.filter(message => (this.expiresMs.get(message) ?? 0) - nowMs < SEND_RESERVE_MS)
    if (short.length > 0) await this.renew(short, nowMs)
    return messages.filter(message => this.expiresMs.has(message))
  }

  private async renew(messages: readonly Outgoing[], nowMs: number): Promise<void> {
    const {run} = this
    const handles = messages.map(({messageId}) => ({messageId, receiptHandle: run.ledger.handle(messageId) ?? ''}))
    let renewed: boolean[]
    try {
      run.requests++
      renewed = (await run.options.source.setVisibility(handles, VISIBILITY_SECONDS)).map(result => result.ok)
    } catch {
      renewed = []
    }
    messages.forEach((message, index) => {
      if (renewed[index] === true) this.expiresMs.set(message, nowMs + VISIBILITY_SECONDS * 1000)
      else this.lose(message)
    })
  }

  private lose(message: Outgoing): void {
    this.expiresMs.delete(message)
    if (message.groupId !== undefined) this.lostGroups.add(message.groupId)
    this.run.lose(message.messageId)
  }
}

const NO_OUTCOME: SendOutcome = {state: 'unknown', code: 'NoAnswer', message: 'the answer does not name the message'}

function outcomeOfFailure({kind, code, message}: RequestFailure): SendOutcome {
  if (kind === 'unknown') return {state: 'unknown', code, message}
  return {state: 'rejected', code, message, retry: kind === 'refused' ? 'never' : 'throttled'}
}
