import {setMaxListeners} from 'node:events'
import type {Message} from '@aws-sdk/client-sqs'
import type {RedriveEvent, RedriveSummary} from '../events.js'
import type {EndState} from '../journal/records.js'
import {Ages} from './ages.js'
import {Budget} from './budget.js'
import {Channel} from './channel.js'
import type {RequestFailure} from './classify.js'
import {isExpired} from './classify.js'
import {Doubts} from './doubts.js'
import {HOLD_SECONDS, Holds} from './holds.js'
import {Ledger} from './ledger.js'
import type {EngineOptions, Route} from './options.js'
import {MAX_ENTRIES} from './outgoing.js'
import {Pace} from './pace.js'
import {PATIENCE_MS, StopRule} from './stop-rule.js'
import {Tally} from './tally.js'

const PROGRESS_EVERY_MS = 250
/** So many that came back, and half of what was moved, are no accident: the consumer fails still. */
const MANY_RETURNED = 10

/** What the workers of one redrive share: its parts, and whether it goes on. */
export class Run {
  readonly events = new Channel<RedriveEvent>()
  readonly doubts: Doubts
  readonly tally: Tally
  readonly ledger: Ledger
  readonly budget: Budget
  readonly ages: Ages
  readonly pace: Pace
  readonly stopRule: StopRule
  readonly holds: Holds
  requests = 0
  /** What would be thrown if nothing had been moved. */
  failure: RequestFailure | undefined
  private readonly controller = new AbortController()
  private readonly stoppedGroups = new Set<string>()
  /** Routes on which one message has gone all the way, delete included: only then are batches and more workers risked. */
  private readonly provenRoutes = new Set<Route>()
  private readonly startedMs: number
  private state: EndState = 'completed'
  private reason: string | undefined
  private progressMs: number
  private pointersSeen = false

  constructor(readonly options: EngineOptions) {
    this.startedMs = options.clock.now()
    this.progressMs = this.startedMs
    this.doubts = new Doubts(options, this.events)
    this.tally = new Tally(this.events, this.doubts, options.eachMessage !== false)
    this.ledger = new Ledger(this.doubts.remember(options.known ?? []), {
      onUnknown: this.onUnknown,
      keep: options.keep,
      seen: options.seen,
    })
    this.budget = new Budget(options.max)
    this.ages = new Ages(options)
    this.holds = new Holds(this)
    this.pace = new Pace(options.clock, options.perSecond)
    this.stopRule = new StopRule(this.startedMs, this.patienceMs)
    // Every worker may sleep on it.
    setMaxListeners(0, this.controller.signal)
    const interrupt = (): void => this.interrupt()
    if (options.signal.aborted) interrupt()
    options.signal.addEventListener('abort', interrupt, {once: true})
    this.controller.signal.addEventListener('abort', () => options.signal.removeEventListener('abort', interrupt), {
      once: true,
    })
  }

  /**
   * No more workers than the rate feeds: one that waits for its turn holds messages whose visibility runs out meanwhile. Nor more than
   * there are messages for, or each costs an empty receive.
   */
  get workers(): number {
    const {concurrency, follow, perSecond = Number.POSITIVE_INFINITY, toMove = Number.POSITIVE_INFINITY} = this.options
    const fed = follow === true ? Number.POSITIVE_INFINITY : Math.ceil(toMove / MAX_ENTRIES) + 1
    return Math.min(concurrency, Math.ceil(perSecond / MAX_ENTRIES), fed)
  }

  /** Messages that one receive asks for: at most those of one second. */
  get batchSize(): number {
    return Math.min(MAX_ENTRIES, Math.ceil(this.options.perSecond ?? MAX_ENTRIES))
  }

  /** How long messages that others hold are waited for: those that a dead run held come back within its hold. */
  get patienceMs(): number {
    return this.options.cutOff === true ? PATIENCE_MS + HOLD_SECONDS * 1000 : PATIENCE_MS
  }

  get onUnknown(): 'resend' | 'hold' {
    return this.options.onUnknown ?? 'resend'
  }

  /** Whether any message has gone all the way. */
  get proven(): boolean {
    return this.provenRoutes.size > 0
  }

  isProven(route: Route): boolean {
    return this.provenRoutes.has(route)
  }

  prove(route: Route): void {
    this.provenRoutes.add(route)
  }

  /** Aborted when the redrive is to end, whatever the reason; wakes what sleeps. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  get stopped(): boolean {
    return this.controller.signal.aborted
  }

  /** Ends the redrive as the user's signal does, which is how one that follows its queue ends. */
  interrupt(): void {
    if (this.options.follow === true) this.stop('completed')
    else this.stop('interrupted', 'interrupted')
  }

  /** Ends the redrive after what is under way; the first reason stays. */
  stop(state: EndState, reason?: string): void {
    if (this.stopped) return
    this.state = state
    this.reason = reason
    this.controller.abort()
  }

  /** Ends the redrive on an error that every further request would meet too. */
  fail(failure: RequestFailure): void {
    this.failure ??= failure
    // Whoever logs in again goes on with the job: nothing is wrong with it.
    this.stop(isExpired(failure) ? 'interrupted' : 'stopped', failure.message)
  }

  /** A message is no longer surely ours: when it comes again it is a new one. */
  lose(messageId: string): void {
    this.ledger.lose(messageId)
    this.stopRule.expectReturn(this.options.clock.now())
    this.budget.refund(1)
  }

  /** A message that was moved has come back. */
  takeReturned(messageId: string): void {
    const {tally, budget} = this
    tally.returned(messageId)
    const {returnedCount: returned, movedCount: moved} = tally
    if (!budget.inCanary && returned >= MANY_RETURNED && returned * 2 >= moved) {
      this.stop('stopped', `${returned} of ${moved} messages that were moved came back`)
    }
  }

  /** Whether it is, by its content and the time it was sent, a copy that this run made and that has come back. */
  isCopy(message: Message): boolean {
    return this.ages.mayBeOurs(message) && this.ledger.wasContentSent(message.MD5OfBody ?? '')
  }

  /** Keeps for the rest of the pass those of the received messages that are neither deleted nor given back. */
  holdOn(messages: readonly Message[], expiresMs: number): void {
    for (const {MessageId: messageId} of messages) {
      if (messageId !== undefined && this.ledger.handle(messageId) !== undefined) this.holds.add(messageId, expiresMs)
    }
  }

  /** Says once that a body is in S3 and not in the message. */
  warnOfPointers(): void {
    if (this.pointersSeen) return
    this.pointersSeen = true
    this.events.put({
      event: 'warning',
      message: 'bodies of some messages are in S3: only the pointers to them are moved, so keep what they point to',
    })
  }

  stopGroup(groupId: string | undefined): void {
    if (this.options.fifo && groupId !== undefined) this.stoppedGroups.add(groupId)
  }

  isGroupStopped(groupId: string | undefined): boolean {
    return groupId !== undefined && this.stoppedGroups.has(groupId)
  }

  progress(note?: string): void {
    const nowMs = this.options.clock.now()
    if (note === undefined && nowMs - this.progressMs < PROGRESS_EVERY_MS) return
    this.progressMs = nowMs
    this.events.put(this.tally.progress(nowMs - this.startedMs, this.options.toMove, note))
  }

  /** How it ended; `completed` until something else is the case. */
  get endState(): EndState {
    return this.state
  }

  summary(remaining: number | null): RedriveSummary {
    const {job = null, sourceArn, destinationArn, keep, clock} = this.options
    const {totals, returnedCount, failures} = this.tally
    const {selected, moved, discarded, skipped, failed, left} = totals
    return {
      event: 'done',
      engine: 'client',
      job,
      state: this.state,
      source: sourceArn,
      destination: destinationArn,
      mode: keep === true ? 'keep' : 'move',
      selected,
      moved,
      discarded,
      skipped,
      returned: returnedCount,
      failed,
      left,
      remaining,
      failures,
      possibleDuplicates: this.doubts.listed,
      requests: this.requests,
      durationMs: Math.round(clock.now() - this.startedMs),
      ...(this.reason === undefined ? {} : {reason: this.reason}),
    }
  }
}
