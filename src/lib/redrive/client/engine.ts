import type {Message} from '@aws-sdk/client-sqs'
import {failpoint} from '../../failpoint.js'
import type {RedriveEvent, RedriveSummary} from '../events.js'
import {backoffMs} from './backoff.js'
import {CanaryWatch} from './canary.js'
import type {RequestFailure} from './classify.js'
import {failureOf, plainCode} from './classify.js'
import {Delivery} from './delivery.js'
import type {CanaryOptions, EngineOptions} from './options.js'
import {VISIBILITY_SECONDS, WAIT_SECONDS} from './options.js'
import {MAX_ENTRIES} from './outgoing.js'
import type {Depth} from './ports.js'
import {releaseHeld} from './release.js'
import {Removal} from './removal.js'
import {Run} from './run.js'
import {triage} from './triage.js'
import type {Turn} from './turns.js'
import {Turns} from './turns.js'

/** Empty polls after which those that follow, waiting for what will come back, are a pause apart. */
const QUICK_POLLS = 5
const POLL_PAUSE_MS = 4000

/** Reads that fail in a row before the source counts as out of reach. */
const READ_FAILURES = 8

/**
 * Moves messages from a dead-letter queue to one destination by the protocol of redrive.md section 2: verify, journal the intent,
 * send once, verify, journal the outcome, and only then delete. Yields what happens as it happens; the last event is the summary.
 * Throws only when it failed before any message was moved. Aborting the signal, or leaving the loop, finishes what is under way and
 * makes everything else visible again.
 */
export async function* moveMessages(options: EngineOptions): AsyncGenerator<RedriveEvent, void> {
  const mover = new Mover(options)
  const work = mover.work()
  // It may fail while the reader is busy with an earlier event; it is awaited below all the same.
  work.catch(() => undefined)
  try {
    yield* mover.events()
  } finally {
    mover.interrupt()
    await work
  }
}

class Mover {
  private readonly run: Run
  private readonly turns: Turns
  private readonly removal: Removal
  private readonly delivery: Delivery
  private sourceIsEmpty = false
  /** Reads of the source that failed in a row, and those of them that were not throttled. */
  private failedReads = 0
  private failures = 0

  constructor(private readonly options: EngineOptions) {
    this.run = new Run(options)
    this.turns = new Turns(this.run)
    this.removal = new Removal(this.run)
    this.delivery = new Delivery(this.run, sent => this.removal.remove(sent))
  }

  events(): AsyncGenerator<RedriveEvent> {
    return this.run.events.read()
  }

  interrupt(): void {
    this.run.interrupt()
  }

  async work(): Promise<void> {
    try {
      const {canary} = this.options
      if (canary !== undefined) {
        const before = await this.depth()
        this.run.budget.limitTo(canary.count)
        await this.workers()
        if (!this.run.stopped) await this.watchCanary(canary, before)
        this.run.budget.limitTo(undefined)
      }
      await this.workers()
      const summary = await this.finish()
      if (this.run.failure !== undefined && this.run.tally.isEmpty) throw this.run.failure.error
      this.run.events.put(summary)
    } finally {
      this.run.events.close()
    }
  }

  private async workers(): Promise<void> {
    await Promise.all(Array.from({length: this.run.workers}, () => this.worker()))
  }

  private async worker(): Promise<void> {
    try {
      for (;;) {
        await this.run.events.room()
        await this.run.holds.renew()
        const turn = await this.turns.next()
        if (turn === undefined) return
        await this.take(turn)
      }
    } catch (error) {
      this.run.fail({...failureOf(error), kind: 'fatal'})
    }
  }

  private async take(turn: Turn): Promise<void> {
    const {run, turns, options} = this
    const startedMs = options.clock.now()
    let open = true
    try {
      const messages = await this.receive(turn.count)
      const {send, remove, discard, selected, fresh, stops} = await triage(run, messages ?? [])
      const news = fresh > 0 || remove.length > 0
      open = false
      turns.received(turn, selected, news)
      if (news) {
        run.stopRule.received(options.clock.now())
        await this.removal.remove(remove)
        await this.removal.discard(discard)
        await this.delivery.settle(send, startedMs + VISIBILITY_SECONDS * 1000)
        for (const group of stops) run.stopGroup(group)
        run.progress()
      } else if (messages !== undefined) await this.nothingCame()
      run.holdOn(messages ?? [], startedMs + VISIBILITY_SECONDS * 1000)
    } finally {
      if (open) turns.received(turn, 0, false)
      turns.settled()
    }
  }

  private async watchCanary(canary: CanaryOptions, before: Depth | undefined): Promise<void> {
    const watch = new CanaryWatch(this.run, {
      receive: () => this.receive(MAX_ENTRIES),
      remove: messageIds => this.removal.remove(messageIds),
      depth: () => this.depth(),
    })
    try {
      await watch.watch(canary, before)
    } catch (error) {
      this.run.fail({...failureOf(error), kind: 'fatal'})
    }
  }

  private async receive(max: number): Promise<readonly Message[] | undefined> {
    const {run, options} = this
    try {
      run.requests++
      const messages = await options.source.receive({
        max,
        waitSeconds: WAIT_SECONDS,
        visibilitySeconds: VISIBILITY_SECONDS,
      })
      failpoint('afterReceive', () => messages.length > 0)
      this.failedReads = 0
      this.failures = 0
      return messages
    } catch (error) {
      const failure = failureOf(error)
      // The answer may have been lost with messages in it: they are in flight, and nobody has their handles.
      if (failure.kind === 'unknown') run.stopRule.expectReturn(options.clock.now())
      if (plainCode(failure.code) === 'OverLimit')
        run.stop('stopped', 'too many messages of the source are in flight (OverLimit)')
      else await this.readFailed(failure)
      return undefined
    }
  }

  private async readFailed(failure: RequestFailure): Promise<void> {
    const {run, options} = this
    const throttled = failure.kind === 'throttled'
    if (!throttled) this.failures++
    if (failure.kind === 'fatal' || this.failures >= READ_FAILURES) run.fail(failure)
    else await options.clock.sleep(backoffMs(this.failedReads++, options.random, {throttled}), run.signal)
  }

  private async nothingCame(): Promise<void> {
    const {run, turns, options} = this
    if (run.stopped) return
    if (turns.othersActive) return turns.change()
    if (options.follow === true) {
      run.progress('waiting for messages')
      return
    }
    const depth = await this.depth()
    if (depth === undefined) return
    const verdict = run.stopRule.judge({
      nowMs: options.clock.now(),
      depth,
      heldByUs: run.ledger.heldCount,
      heldBlocks: options.fifo && run.ledger.heldCount > 0,
      ...(options.shared === true ? {shared: {selected: run.tally.totals.selected}} : {}),
    })
    if (verdict === 'empty') {
      this.sourceIsEmpty = true
      run.stop('completed')
    } else if (verdict === 'behind-held-messages')
      run.stop('stopped', 'the rest is behind messages of the same group that could not be moved')
    else if (verdict === 'others-hold-the-rest') this.leaveTheRest(depth)
    else
      run.progress(
        depth.inFlight > run.ledger.heldCount
          ? 'waiting for messages that are in flight elsewhere'
          : 'checking that the queue is empty',
      )
    if (verdict === 'poll-again' && run.stopRule.polls > QUICK_POLLS)
      await options.clock.sleep(POLL_PAUSE_MS, run.signal)
  }

  /** The rest is not for us; whether it is for the other hosts of a shared redrive, only a queue that shows nothing visible says. */
  private leaveTheRest(depth: Depth): void {
    const {run, options} = this
    const unseen = depth.visible + depth.delayed
    if (options.shared !== true) run.stop('stopped', unreceived(run.patienceMs, depth))
    else if (unseen === 0) run.stop('completed', unreceived(run.patienceMs, depth))
    else if (!options.fifo) run.stop('stopped', unreceived(run.patienceMs, depth))
    else
      run.stop(
        'stopped',
        'the rest is behind messages of the same group that other hosts hold or that could not be moved',
      )
  }

  private async depth(): Promise<Depth | undefined> {
    try {
      this.run.requests++
      return await this.options.source.depth()
    } catch (error) {
      await this.readFailed(failureOf(error))
      return undefined
    }
  }

  /** Whatever was sent, or may have been, and is not known to be gone from the source: also what an earlier run left so. */
  private listUnsettled(): void {
    const {run, options} = this
    for (const [messageId, newMessageId] of options.keep === true ? [] : run.ledger.undeleted()) {
      run.doubts.list({
        messageId,
        ...(newMessageId === undefined ? {} : {newMessageId}),
        reason: 'notDeleted',
        resent: false,
        code: 'DeleteUnconfirmed',
        message: 'the copy is in the destination; the delete from the source could not be confirmed',
      })
    }
    for (const messageId of [...run.doubts.unsettled, ...run.ledger.inDoubt]) {
      run.doubts.list({
        messageId,
        reason: 'unknownOutcome',
        resent: false,
        code: 'InterruptedSend',
        message: 'a send of it was begun, and its outcome is not known',
      })
    }
  }

  private async finish(): Promise<RedriveSummary> {
    const {run, options} = this
    // A queue that is believed empty holds none of the messages whose delete was not confirmed, but those that we hold ourselves. Of a
    // shared one another host may have taken them, and sent them once more.
    if (this.sourceIsEmpty && options.keep !== true && options.shared !== true) await this.removal.confirmGone()
    this.listUnsettled()
    await releaseHeld(run)
    const depth = await this.depth()
    await this.endJournal()
    const remaining = depth === undefined ? Number.NaN : depth.visible + depth.inFlight + depth.delayed
    return run.summary(Number.isNaN(remaining) ? null : remaining)
  }

  /** What cannot be recorded any more costs nothing but the record: every delete rests on one that was durable. */
  private async endJournal(): Promise<void> {
    const {run, options} = this
    try {
      try {
        await options.journal.end(run.endState, run.tally.totals)
      } finally {
        await options.journal.close()
      }
    } catch (error) {
      if (run.failure?.error === error) return
      const text = error instanceof Error ? error.message : String(error)
      run.events.put({event: 'warning', message: `the end of the redrive is not in its journal: ${text}`})
    }
  }
}

function unreceived(patienceMs: number, {visible, inFlight, delayed}: Depth): string {
  return `no message came for ${patienceMs / 1000} s, while the counters of the source show ${visible} visible, ${inFlight} in flight, ${delayed} delayed`
}
