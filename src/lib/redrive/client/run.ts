import {setMaxListeners} from 'node:events'
import type {PossibleDuplicate, RedriveEvent, RedriveState, RedriveSummary} from '../events.js'
import {Channel} from './channel.js'
import type {RequestFailure} from './classify.js'
import {Ledger} from './ledger.js'
import type {EngineOptions} from './options.js'
import {MAX_ENTRIES} from './outgoing.js'
import {Pace} from './pace.js'
import {StopRule} from './stop-rule.js'

const PROGRESS_EVERY_MS = 250

/** What the workers of one redrive share: what is known, what is counted, and whether it goes on. */
export class Run {
  readonly ledger: Ledger
  readonly pace: Pace
  readonly stopRule: StopRule
  readonly events = new Channel<RedriveEvent>()
  /** True once one message has gone all the way, delete included: only then are batches and more workers risked. */
  proven = false
  requests = 0
  /** What would be thrown if nothing had been moved. */
  failure: RequestFailure | undefined
  private readonly controller = new AbortController()
  private readonly duplicates = new Map<string, PossibleDuplicate>()
  private readonly stoppedGroups = new Set<string>()
  private readonly startedMs: number
  private budget: number
  private moved = 0
  private failed = 0
  private skipped = 0
  private left = 0
  private state: RedriveState = 'completed'
  private reason: string | undefined
  private progressMs: number

  constructor(readonly options: EngineOptions) {
    this.ledger = new Ledger(options.known)
    this.pace = new Pace(options.clock, options.perSecond)
    this.stopRule = new StopRule(options.clock.now())
    // Every worker may sleep on it.
    setMaxListeners(0, this.controller.signal)
    this.budget = options.max ?? Number.POSITIVE_INFINITY
    this.startedMs = options.clock.now()
    this.progressMs = this.startedMs
    const interrupt = (): void => this.stop('interrupted', 'interrupted')
    if (options.signal.aborted) interrupt()
    options.signal.addEventListener('abort', interrupt, {once: true})
    this.controller.signal.addEventListener('abort', () => options.signal.removeEventListener('abort', interrupt), {
      once: true,
    })
  }

  /** No more workers than the rate feeds: one that waits for its turn holds messages whose visibility runs out meanwhile. */
  get workers(): number {
    const {concurrency, perSecond = Number.POSITIVE_INFINITY} = this.options
    return Math.min(concurrency, Math.ceil(perSecond / MAX_ENTRIES))
  }

  /** Messages that one receive asks for: at most those of one second. */
  get batchSize(): number {
    return Math.min(MAX_ENTRIES, Math.ceil(this.options.perSecond ?? MAX_ENTRIES))
  }

  /** Aborted when the redrive is to end, whatever the reason; wakes what sleeps. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  get stopped(): boolean {
    return this.controller.signal.aborted
  }

  /** Ends the redrive after what is under way; the first reason stays. */
  stop(state: RedriveState, reason?: string): void {
    if (this.stopped) return
    this.state = state
    this.reason = reason
    this.controller.abort()
  }

  /** Ends the redrive on an error that every further request would meet too. */
  fail(failure: RequestFailure): void {
    this.failure ??= failure
    this.stop('stopped', failure.message)
  }

  /** Takes up to `wanted` of the messages that `--max` still allows. */
  reserve(wanted: number): number {
    const taken = Math.min(wanted, this.budget)
    this.budget -= taken
    return taken
  }

  refund(count: number): void {
    this.budget += count
  }

  /** A message is no longer surely ours: when it comes again it is a new one. */
  lose(messageId: string): void {
    this.ledger.lose(messageId)
    this.stopRule.expectReturn(this.options.clock.now())
    this.refund(1)
  }

  countMoved(messageId: string, newMessageId: string): void {
    this.moved++
    this.proven = true
    this.events.put({event: 'moved', messageId, newMessageId})
  }

  countFailed(
    messageId: string,
    stage: 'receive' | 'check' | 'send',
    {code, message}: {code: string; message: string},
  ): void {
    this.failed++
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
        toMove === undefined || perSecond === 0 ? undefined : Math.ceil(Math.max(0, toMove - this.moved) / perSecond),
      note,
    })
  }

  summary(remaining: number | null): RedriveSummary {
    const possibleDuplicates = [...this.duplicates.values()]
    return {
      event: 'done',
      engine: 'client',
      job: null,
      state: this.state,
      source: this.options.sourceArn,
      destination: this.options.destinationArn,
      selected: this.moved + this.failed + this.left + possibleDuplicates.length,
      moved: this.moved,
      skipped: this.skipped,
      failed: this.failed,
      left: this.left,
      remaining,
      possibleDuplicates,
      requests: this.requests,
      durationMs: Math.round(this.options.clock.now() - this.startedMs),
      ...(this.reason === undefined ? {} : {reason: this.reason}),
    }
  }

  /** Whether nothing has been moved and nothing can have been: then an error is the whole result. */
  get untouched(): boolean {
    return this.moved === 0 && this.duplicates.size === 0
  }
}
