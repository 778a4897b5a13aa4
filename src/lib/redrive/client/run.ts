import {setMaxListeners} from 'node:events'
import type {Message} from '@aws-sdk/client-sqs'
import type {FailedMessage, PossibleDuplicate, RedriveEvent, RedriveSummary} from '../events.js'
import type {EndState, RunTotals} from '../journal/records.js'
import {Channel} from './channel.js'
import type {RequestFailure} from './classify.js'
import {isExpired} from './classify.js'
import {DigestSet} from './digest-set.js'
import type {KnownMessage} from './journal.js'
import {HOLD_SECONDS, Holds} from './holds.js'
import {Ledger} from './ledger.js'
import type {EngineOptions, Route} from './options.js'
import {DEDUPLICATION_MS, MAX_ENTRIES} from './outgoing.js'
import {Pace} from './pace.js'
import {DATE_RESOLUTION_MS} from './server-time.js'
import {PATIENCE_MS, StopRule} from './stop-rule.js'

const PROGRESS_EVERY_MS = 250
/** So many that came back, and half of what was moved, are no accident: the consumer fails still. */
const MANY_RETURNED = 10
/** Failures that the summary names one by one. */
const FAILURES_NAMED = 1000

/** What the workers of one redrive share: what is known, what is counted, and whether it goes on. */
export class Run {
  readonly ledger: Ledger
  readonly pace: Pace
  readonly stopRule: StopRule
  readonly holds: Holds
  readonly events = new Channel<RedriveEvent>()
  /** Contents of the bodies that were sent. */
  readonly sentContents = new DigestSet()
  requests = 0
  /** What would be thrown if nothing had been moved. */
  failure: RequestFailure | undefined
  private readonly controller = new AbortController()
  private readonly duplicates = new Map<string, PossibleDuplicate>()
  private readonly stoppedGroups = new Set<string>()
  private readonly deferred = new Set<string>()
  private readonly failures: FailedMessage[] = []
  private readonly deferredGroups = new Set<string>()
  /** Routes on which one message has gone all the way, delete included: only then are batches and more workers risked. */
  private readonly provenRoutes = new Set<Route>()
  /** When each message was first sent whose send had no known outcome; by the engine's time, before 0 for an earlier run's. */
  private readonly doubts = new Map<string, number>()
  private readonly startedMs: number
  private pointersSeen = false
  private firstExpiryMs = Number.POSITIVE_INFINITY
  private budget: number
  /** What is left of the canary, while it is under way. */
  private stage = Number.POSITIVE_INFINITY
  private moved = 0
  private discarded = 0
  private returned = 0
  private failed = 0
  private skipped = 0
  private left = 0
  private state: EndState = 'completed'
  private reason: string | undefined
  private progressMs: number

  constructor(readonly options: EngineOptions) {
    this.startedMs = options.clock.now()
    this.ledger = new Ledger(this.withDoubts(options.known ?? []), {onUnknown: this.onUnknown, keep: options.keep})
    this.holds = new Holds(this)
    this.pace = new Pace(options.clock, options.perSecond)
    this.stopRule = new StopRule(this.startedMs, this.patienceMs)
    // Every worker may sleep on it.
    setMaxListeners(0, this.controller.signal)
    this.budget = options.max ?? Number.POSITIVE_INFINITY
    this.progressMs = this.startedMs
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

  /** Limits what may be taken to the canary; undefined lifts the limit. */
  limitTo(canary: number | undefined): void {
    this.stage = canary ?? Number.POSITIVE_INFINITY
  }

  get inCanary(): boolean {
    return this.stage !== Number.POSITIVE_INFINITY
  }

  /** Takes up to `wanted` of the messages that `--max`, and the canary, still allow. */
  reserve(wanted: number): number {
    const taken = Math.min(wanted, this.budget, this.stage)
    this.budget -= taken
    this.stage -= taken
    return taken
  }

  /**
   * A selected message that the canary, or `--max`, has no room for: it is held, with what is behind it in its group, and forgotten when
   * the canary is over.
   */
  defer(messageId: string, groupId: string | undefined): void {
    this.deferred.add(messageId)
    if (this.options.fifo && groupId !== undefined) this.deferredGroups.add(groupId)
  }

  /** Whether an earlier message of the group was deferred. */
  isGroupDeferred(groupId: string | undefined): boolean {
    return groupId !== undefined && this.deferredGroups.has(groupId)
  }

  /** The messages deferred so far, which are no longer. */
  takeDeferred(): string[] {
    const messageIds = [...this.deferred]
    this.deferred.clear()
    this.deferredGroups.clear()
    return messageIds
  }

  refund(count: number): void {
    this.budget += count
    this.stage += count
  }

  get hasBudget(): boolean {
    return Math.min(this.budget, this.stage) > 0
  }

  /** A message is no longer surely ours: when it comes again it is a new one. */
  lose(messageId: string): void {
    this.ledger.lose(messageId)
    this.stopRule.expectReturn(this.options.clock.now())
    this.refund(1)
  }

  countMoved(messageId: string, newMessageId: string): void {
    this.moved++
    const doubt = this.duplicates.get(messageId)
    if (doubt !== undefined) {
      this.duplicates.set(messageId, {...doubt, newMessageId: newMessageId || doubt.newMessageId, resent: true})
    }
    this.events.put({event: 'moved', messageId, newMessageId})
  }

  countDiscarded(messageId: string): void {
    this.discarded++
    this.events.put({event: 'discarded', messageId})
  }

  countReturned(messageId: string): void {
    if (this.returned++ === 0) {
      this.events.put({
        event: 'warning',
        message: 'messages come back to the dead-letter queue after they were moved: their consumer still fails',
      })
    }
    this.events.put({event: 'returned', messageId})
    if (!this.inCanary && this.returned >= MANY_RETURNED && this.returned * 2 >= this.moved) {
      this.stop('stopped', `${this.returned} of ${this.moved} messages that were moved came back`)
    }
  }

  get returnedCount(): number {
    return this.returned
  }

  get movedCount(): number {
    return this.moved
  }

  countFailed(
    messageId: string,
    stage: 'receive' | 'select' | 'check' | 'send',
    {code, message}: {code: string; message: string},
  ): void {
    this.failed++
    if (this.failures.length < FAILURES_NAMED) this.failures.push({messageId, stage, code, message})
    this.events.put({event: 'failed', messageId, stage, code, message})
  }

  countSkipped(messageId: string, reason: string): void {
    this.skipped++
    this.events.put({event: 'skipped', messageId, reason})
  }

  countLeft(): void {
    this.left++
  }

  listDuplicate(duplicate: PossibleDuplicate): void {
    if (this.duplicates.has(duplicate.messageId)) return
    this.duplicates.set(duplicate.messageId, duplicate)
    this.events.put({event: 'unknown', ...duplicate})
  }

  /** A send of the message that began then has no known outcome. */
  doubt(messageId: string, sentMs: number): void {
    if (!this.doubts.has(messageId)) this.doubts.set(messageId, sentMs)
  }

  /** Whether an earlier send of the message may have been taken. */
  isInDoubt(messageId: string): boolean {
    return this.doubts.has(messageId)
  }

  /** A later send of the message was taken and verified. */
  settleDoubt(messageId: string): void {
    this.doubts.delete(messageId)
  }

  /** Messages of which a send may have been taken, and no later one was. */
  get inDoubt(): Iterable<string> {
    return this.doubts.keys()
  }

  /** Messages are about to be sent: those that may have been sent before are listed first, unless SQS drops the second of both sends. */
  listResends(messageIds: readonly string[]): void {
    if (this.doubts.size === 0) return
    for (const messageId of messageIds) {
      const sentMs = this.doubts.get(messageId)
      if (sentMs === undefined || (this.options.fifo && this.options.clock.now() - sentMs < DEDUPLICATION_MS)) continue
      this.listDuplicate({
        messageId,
        reason: 'unknownOutcome',
        resent: false,
        code: 'SentAgain',
        message: 'an earlier send had no known outcome, and it was sent again',
      })
    }
  }

  private *withDoubts(known: Iterable<KnownMessage>): Generator<KnownMessage> {
    for (const message of known) {
      const {messageId, state, newMessageId, attemptedMsAgo = Number.POSITIVE_INFINITY} = message
      if (state === 'intent' || state === 'unknown') this.doubts.set(messageId, this.startedMs - attemptedMsAgo)
      else if (message.uncertain === true && state !== 'unverified') {
        this.listDuplicate({
          messageId,
          ...(newMessageId === undefined ? {} : {newMessageId}),
          reason: 'unknownOutcome',
          resent: state === 'deleted',
          code: 'SentAgain',
          message: 'an earlier send had no known outcome, and it was sent again',
        })
      }
      yield message
    }
  }

  /** Whether it was sent to the source after the redrive began, by AWS's clock. */
  isLate({Attributes}: Message): boolean {
    const {cutMs} = this.options
    return cutMs !== undefined && Number(Attributes?.SentTimestamp) > cutMs
  }

  /**
   * Whether it is, by its content and the time it was sent, a copy that this run made and that has come back. AWS's clock is known to the
   * second, and the cut is its end.
   */
  isCopy({Attributes, MD5OfBody = ''}: Message): boolean {
    const {cutMs} = this.options
    const sentMs = Number(Attributes?.SentTimestamp)
    return cutMs !== undefined && sentMs >= cutMs - DATE_RESOLUTION_MS && this.sentContents.has(MD5OfBody)
  }

  /** Keeps for the rest of the pass those of the received messages that are neither deleted nor given back. */
  holdOn(messages: readonly Message[], expiresMs: number): void {
    for (const {MessageId: messageId} of messages) {
      if (messageId !== undefined && this.ledger.handle(messageId) !== undefined) this.holds.add(messageId, expiresMs)
    }
  }

  /** Takes note of when a message that was received expires. */
  noteExpiry({Attributes}: Message): void {
    const {retentionMs} = this.options
    const sentMs = Number(Attributes?.SentTimestamp)
    if (retentionMs !== undefined && sentMs + retentionMs < this.firstExpiryMs)
      this.firstExpiryMs = sentMs + retentionMs
  }

  /** Seconds of AWS's clock until the first of the messages received so far expires; unknown is never. */
  get secondsToFirstExpiry(): number {
    const {cutMs, clock} = this.options
    if (cutMs === undefined) return Number.POSITIVE_INFINITY
    return Math.floor((this.firstExpiryMs - (cutMs + clock.now() - this.startedMs)) / 1000)
  }

  warnOfExpiry({Attributes}: Message): void {
    const {cutMs, retentionMs, clock} = this.options
    if (cutMs === undefined || retentionMs === undefined) return
    this.holds.warnOfExpiry(Number(Attributes?.SentTimestamp) + retentionMs, cutMs + clock.now() - this.startedMs)
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
    const {toMove} = this.options
    const perSecond = nowMs > this.startedMs ? this.moved / ((nowMs - this.startedMs) / 1000) : 0
    this.events.put({
      event: 'progress',
      moved: this.moved,
      failed: this.failed,
      skipped: this.skipped,
      toMove,
      perSecond: perSecond > 0 ? Math.round(perSecond * 10) / 10 : undefined,
      etaSeconds:
        note !== undefined || toMove === undefined || perSecond === 0
          ? undefined
          : Math.ceil(Math.max(0, toMove - this.moved) / perSecond),
      note,
    })
  }

  get totals(): RunTotals {
    const {moved, skipped, failed, left, discarded} = this
    const possibleDuplicates = this.duplicates.size
    // Those that were sent again and moved are counted as moved, by this session or an earlier one.
    const unsettled = [...this.duplicates.values()].filter(({resent}) => !resent).length
    const selected = moved + discarded + failed + left + unsettled
    return {selected, moved, skipped, failed, left, possibleDuplicates, discarded}
  }

  /** How it ended; `completed` until something else is the case. */
  get endState(): EndState {
    return this.state
  }

  summary(remaining: number | null): RedriveSummary {
    const {selected, moved, skipped, failed, left, discarded} = this.totals
    return {
      event: 'done',
      engine: 'client',
      job: this.options.job ?? null,
      state: this.state,
      source: this.options.sourceArn,
      destination: this.options.destinationArn,
      mode: this.options.keep === true ? 'keep' : 'move',
      selected,
      moved,
      discarded,
      skipped,
      returned: this.returned,
      failed,
      left,
      remaining,
      failures: this.failures,
      possibleDuplicates: [...this.duplicates.values()],
      requests: this.requests,
      durationMs: Math.round(this.options.clock.now() - this.startedMs),
      ...(this.reason === undefined ? {} : {reason: this.reason}),
    }
  }

  /** Whether nothing has been moved and nothing can have been: then an error is the whole result. */
  get untouched(): boolean {
    return this.moved === 0 && this.discarded === 0 && this.duplicates.size === 0
  }
}
