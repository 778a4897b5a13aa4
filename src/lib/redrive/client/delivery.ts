import {failpoint} from '../../failpoint.js'
import {backoffMs} from './backoff.js'
import type {PossibleDuplicate} from '../events.js'
import type {RequestFailure, SendOutcome} from './classify.js'
import {failureOf, outcomesOf} from './classify.js'
import type {Outgoing} from './outgoing.js'
import {packBatches, roundsByGroup} from './outgoing.js'
import type {Run} from './run.js'
import {Tries} from './tries.js'
import {Visibility} from './visibility.js'

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
        const route = ready[0]?.route
        const together = ready.filter(message => message.route === route)
        const [batch = []] = packBatches(route !== undefined && run.isProven(route) ? together : together.slice(0, 1))
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
    const {run} = this
    run.stopGroup(message.groupId)
    if (run.doubts.has(message.messageId)) return
    run.ledger.set(message.messageId, 'held')
    run.tally.left()
  }

  private async deliver(batch: readonly Outgoing[], visible: Visibility): Promise<void> {
    if (await this.backUp(batch)) await this.sendUntilSettled(batch, visible)
    else for (const message of batch) this.leave(message)
  }

  /** Whether the messages are in the backup now, so that they may be sent; a backup that fails ends the redrive. */
  private async backUp(batch: readonly Outgoing[]): Promise<boolean> {
    try {
      if (batch.length > 0) await this.run.options.backup?.append(batch.map(message => message.original))
      return true
    } catch (error) {
      this.run.fail({...failureOf(error), kind: 'fatal'})
      return false
    }
  }

  private async sendUntilSettled(batch: readonly Outgoing[], visible: Visibility): Promise<void> {
    const {run} = this
    let pending = batch
    let unreachableSinceMs: number | undefined
    const tries = new Tries()
    for (let attempt = 0; pending.length > 0; attempt++) {
      await run.pace.take(pending.length, run.signal)
      if (run.stopped) {
        for (const message of pending) this.leave(message)
        return
      }
      const ready = await visible.keep(pending)
      const {outcomes, failure} = await this.attempt(ready)
      await this.settleSent(ready.filter((_, index) => outcomes[index]?.state === 'sent'))
      if (failure?.kind === 'refused' && ready.length > 1) {
        // For what one of its messages carries, the request was refused whole: alone, the others pass.
        for (const message of ready) await this.sendUntilSettled([message], visible)
        return
      }
      pending = ready.filter((message, index) => this.isRetried(message, outcomes[index], tries))
      if (failure?.kind !== 'unreachable') unreachableSinceMs = undefined
      else unreachableSinceMs ??= run.options.clock.now()
      if (failure !== undefined && this.isGivenUp(failure, unreachableSinceMs)) run.fail(failure)
      if (pending.length === 0) return
      const throttled = outcomes.some(outcome => outcome.state === 'rejected' && outcome.retry === 'throttled')
      await run.options.clock.sleep(backoffMs(attempt, run.options.random, {throttled}), run.signal)
    }
  }

  /** Deletes from the source what is sent, unless the source is kept; a route is proven by the first that goes all the way. */
  private async settleSent(sent: readonly Outgoing[]): Promise<void> {
    const {run} = this
    const keep = run.options.keep === true
    if (!keep) await this.remove(sent.map(message => message.messageId))
    for (const {messageId, route} of sent) if (keep || run.ledger.state(messageId) === 'deleted') run.prove(route)
  }

  private isGivenUp(failure: RequestFailure, unreachableSinceMs: number | undefined): boolean {
    if (failure.kind === 'fatal') return true
    return unreachableSinceMs !== undefined && this.run.options.clock.now() - unreachableSinceMs >= UNREACHABLE_MS
  }

  private async attempt(batch: readonly Outgoing[]): Promise<{outcomes: SendOutcome[]; failure?: RequestFailure}> {
    const {run} = this
    const {journal} = run.options
    const route = batch[0]?.route
    if (route === undefined) return {outcomes: []}
    try {
      run.doubts.listResends(batch.map(message => message.messageId))
      failpoint('beforeIntent')
      await journal.intent(
        batch.map(message => message.messageId),
        batch.map(message => message.digest),
      )
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
    failpoint('beforeSend')
    let outcomes: SendOutcome[]
    let failure: RequestFailure | undefined
    const sentMs = run.options.clock.now()
    try {
      run.requests++
      outcomes = outcomesOf(
        batch,
        await route.queue.send(batch.map(({entry}, index) => Object.assign(entry, {Id: String(index)}))),
      )
    } catch (error) {
      failure = failureOf(error)
      const outcome = outcomeOfFailure(failure)
      outcomes = batch.map(() => outcome)
    }
    failpoint('afterSendReply')
    outcomes = outcomes.map((outcome, index) => this.checkedForSwallowing(batch[index], outcome))
    return {outcomes: await this.record(batch, outcomes, sentMs), failure}
  }

  /** Journals the outcomes; a `sent` that is not durable is no `sent`, for a delete must never rest on it. */
  private async record(
    batch: readonly Outgoing[],
    outcomes: readonly SendOutcome[],
    sentMs: number,
  ): Promise<SendOutcome[]> {
    const {run} = this
    let durable = [...outcomes]
    try {
      failpoint('beforeOutcome')
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
    batch.forEach((message, index) => this.apply(message, durable[index] ?? NO_OUTCOME, sentMs))
    this.watchForBarrenSends(durable)
    return durable
  }

  private apply(message: Outgoing, outcome: SendOutcome, sentMs: number): void {
    const {run} = this
    const {messageId, bodyMd5} = message
    switch (outcome.state) {
      case 'sent':
        run.ledger.sentContent(bodyMd5)
        run.doubts.settle(messageId)
        if (run.options.keep !== true) run.ledger.sent(messageId, outcome.newMessageId)
        else {
          run.ledger.set(messageId, 'sent')
          run.tally.moved(messageId, outcome.newMessageId)
        }
        return
      case 'rejected':
        // It says nothing of an earlier send that may have been taken.
        run.ledger.set(messageId, run.doubts.has(messageId) ? 'unknown' : 'rejected')
        return
      case 'unknown':
        run.ledger.set(messageId, 'unknown')
        run.doubts.begin(messageId, sentMs)
        // SQS drops the second send of a FIFO message, so that there is nothing to list as long as that lasts.
        if (run.onUnknown === 'hold' || !run.options.fifo) this.list(message, 'unknownOutcome', outcome)
        return
      case 'unverified':
        run.ledger.set(messageId, 'unverified')
        run.stopGroup(message.groupId)
        this.list(message, 'unverified', outcome)
    }
  }

  private list(
    {messageId}: Outgoing,
    reason: PossibleDuplicate['reason'],
    {code, message, newMessageId}: {code: string; message: string; newMessageId?: string},
  ): void {
    this.run.doubts.list({
      messageId,
      ...(newMessageId === undefined ? {} : {newMessageId}),
      reason,
      resent: false,
      code,
      message,
    })
  }

  private checkedForSwallowing(message: Outgoing | undefined, outcome: SendOutcome): SendOutcome {
    if (message === undefined || !this.run.options.fifo || !('newMessageId' in outcome)) return outcome
    const {newMessageId} = outcome
    if (newMessageId === undefined || !this.run.ledger.isSwallowed(message.messageId, newMessageId)) return outcome
    const text = `SQS answered with the MessageId of another message, ${newMessageId}: it took this one for a repetition and kept no copy`
    return {state: 'unverified', code: 'Swallowed', message: text}
  }

  /** Settles what was not sent: true when the message is to be sent again, false when it has been counted. */
  private isRetried(message: Outgoing, outcome: SendOutcome | undefined, tries: Tries): boolean {
    const {run} = this
    const {messageId, groupId} = message
    if (outcome?.state === 'unknown') {
      if (run.onUnknown === 'resend' && tries.mayRepeatUnknown(messageId)) return true
      run.stopGroup(groupId)
      return false
    }
    if (outcome?.state !== 'rejected') return false
    if (outcome.retry === 'throttled') return true
    if (outcome.retry === 'passing' && tries.mayRepeatPassing(messageId)) return true
    if (run.doubts.has(messageId)) run.stopGroup(groupId)
    else this.failFor(message, outcome)
    return false
  }

  private failFor(message: Outgoing, {code, message: text}: Rejection): void {
    this.run.tally.failed({messageId: message.messageId, stage: 'send', code, message: text})
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

const NO_OUTCOME: SendOutcome = {state: 'unknown', code: 'NoAnswer', message: 'the answer does not name the message'}

function outcomeOfFailure({kind, code, message}: RequestFailure): SendOutcome {
  if (kind === 'unknown') return {state: 'unknown', code, message}
  return {state: 'rejected', code, message, retry: kind === 'refused' ? 'never' : 'throttled'}
}
