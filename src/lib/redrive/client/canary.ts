import type {Message} from '@aws-sdk/client-sqs'
import type {CanaryOptions} from './options.js'
import {VISIBILITY_SECONDS} from './options.js'
import type {Depth} from './ports.js'
import {release} from './release.js'
import type {Run} from './run.js'
import {recognise} from './triage.js'

/** Messages that are looked at, and held meanwhile, while the canary is waited for; beyond that the counters of the queue must do. */
const LOOKED_AT = 5000
const PAUSE_MS = 5000
/** Time that is left to move the rest after the wait. */
const MOVE_RESERVE_MS = 60_000

export interface CanaryPorts {
  readonly receive: () => Promise<readonly Message[] | undefined>
  readonly remove: (messageIds: readonly string[]) => Promise<void>
  readonly depth: () => Promise<Depth | undefined>
}

/**
 * Waits after the canary and looks at what arrives in the dead-letter queue: a message that was sent after the start, with the content
 * of one that was moved, came back. What else is received is held meanwhile and given back.
 */
export class CanaryWatch {
  /** Messages of the queue that are held for the time of the watch. */
  private readonly parked = new Set<string>()

  constructor(
    private readonly run: Run,
    private readonly ports: CanaryPorts,
  ) {}

  /** Ends the run where more came back than may. `before`: the counters of the queue before the canary. */
  async watch({waitMs, maxReturnPercent}: CanaryOptions, before: Depth | undefined): Promise<void> {
    const {run} = this
    const {clock} = run.options
    const moved = run.tally.movedCount
    if (moved === 0) {
      run.stop('stopped', 'no message of the canary could be moved')
      return
    }
    const startedMs = clock.now()
    while (!run.stopped && clock.now() - startedMs < waitMs) {
      if (this.outlives(startedMs + waitMs - clock.now())) return this.giveBack()
      await this.look(startedMs + waitMs)
    }
    const {returned, measuredBy} = await this.measure(before, moved)
    await this.giveBack()
    if (run.stopped) return
    const passed = (returned / moved) * 100 <= maxReturnPercent
    const waitedMs = Math.round(clock.now() - startedMs)
    run.events.put({event: 'canary', moved, returned, waitedMs, measuredBy, passed})
    if (passed) return
    const seconds = Math.round(waitedMs / 1000)
    run.stop('stopped', `${returned} of ${moved} canary messages came back within ${seconds} s`)
  }

  /** Whether messages would expire before the wait is over; then it ends the run, for waiting would lose them. */
  private outlives(waitMs: number): boolean {
    const {run} = this
    const seconds = run.ages.secondsToFirstExpiry
    if (seconds > (waitMs + MOVE_RESERVE_MS) / 1000) return false
    run.stop(
      'stopped',
      `messages of the queue expire within ${Math.max(0, seconds)} s, before the wait for the canary is over: move them with a shorter --canary-wait, or without --canary`,
    )
    return true
  }

  private async look(untilMs: number): Promise<void> {
    const {run} = this
    const {clock} = run.options
    await run.holds.renew()
    if (this.parked.size >= LOOKED_AT) return clock.sleep(Math.min(PAUSE_MS, untilMs - clock.now()), run.signal)
    const startedMs = clock.now()
    const messages = (await this.ports.receive()) ?? []
    const {candidates, remove} = recognise(run, messages)
    await this.ports.remove(remove)
    for (const {MessageId: messageId} of candidates) this.parked.add(messageId)
    run.holdOn(messages, startedMs + VISIBILITY_SECONDS * 1000)
    run.progress(`canary: ${Math.ceil(Math.max(0, untilMs - clock.now()) / 1000)} s to wait`)
  }

  private async measure(
    before: Depth | undefined,
    moved: number,
  ): Promise<{returned: number; measuredBy: 'content' | 'counters'}> {
    const returned = this.run.tally.returnedCount
    if (this.parked.size < LOOKED_AT || this.run.stopped) return {returned, measuredBy: 'content'}
    const after = await this.ports.depth()
    if (before === undefined || after === undefined) return {returned, measuredBy: 'content'}
    const rise = sum(after) - (sum(before) - moved)
    return Number.isNaN(rise) || rise <= returned
      ? {returned, measuredBy: 'content'}
      : {returned: Math.min(moved, rise), measuredBy: 'counters'}
  }

  /** They are received again as if they had never been. */
  private async giveBack(): Promise<void> {
    const {run} = this
    const messageIds = [...new Set([...this.parked, ...run.budget.takeDeferred()])]
    await release(run, messageIds)
    for (const messageId of messageIds) run.ledger.lose(messageId)
  }
}

function sum({visible, inFlight, delayed}: Depth): number {
  return visible + inFlight + delayed
}
