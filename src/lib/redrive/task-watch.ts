import {outcomeOf} from '../aws/errors.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {getQueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import type {ProgressEvent, RedriveEvent, RedriveState, RedriveSummary} from './events.js'
import {explainFailureReason} from './failure-reason.js'
import type {MoveTask} from './move-tasks.js'
import {cancelMoveTask, isActive, listMoveTasks, startMoveTask} from './move-tasks.js'
import type {NativeRedrive} from './native.js'

const POLL_MS = 1000
/** Looks for a task whose start was not answered, before saying that there is none. */
const SEARCHES = 5
/** Polls in a row that may fail before the task is left to itself. */
const POLL_FAILURES = 10

/** One move task of AWS's, from its start to its end, as polls see it. */
export class TaskWatch {
  private readonly startedMs: number
  private sourceBefore: number | null = null
  private destinationBefore: number | null = null
  private earlier = new Set<string | undefined>()
  private requests = 0
  /** The handle of the task; AWS shows it only while it runs. */
  private job: string | null = null

  constructor(private readonly redrive: NativeRedrive) {
    this.startedMs = redrive.clock.now()
  }

  /** What there was before: how many messages, and which tasks, so that ours can be told from them. */
  async remember(): Promise<void> {
    const {aws, source, counted, signal} = this.redrive
    this.sourceBefore = await this.depth(source)
    this.destinationBefore = await this.depth(counted)
    this.requests++
    this.earlier = new Set((await listMoveTasks(aws, source.arn, {signal})).map(task => task.startedAt))
  }

  async start(): Promise<MoveTask> {
    const {aws, source, destination, perSecond} = this.redrive
    const blank = {
      status: 'RUNNING',
      sourceArn: source.arn,
      destinationArn: destination?.arn,
      approximateNumberOfMessagesMoved: 0,
    }
    try {
      this.requests++
      const taskHandle = await startMoveTask(aws, {sourceArn: source.arn, destinationArn: destination?.arn, perSecond})
      return this.ours({...blank, taskHandle})
    } catch (error) {
      if (outcomeOf(error) !== 'unknown') throw error
      const task = await this.search()
      if (task !== undefined) return this.ours(task)
      throw new OpsError(`AWS did not answer whether it started the move task, and none is to be seen`, {
        code: 'StartUnknown',
        exitCode: ExitCode.unreachable,
        suggestions: [
          `Look again: msgops dlq redrive ${source.name} --attach`,
          'Starting once more moves nothing twice: AWS refuses a second task while one is running.',
        ],
        cause: error,
      })
    }
  }

  ours(task: MoveTask): MoveTask {
    this.job = task.taskHandle ?? null
    return task
  }

  /** The task that an unanswered start has begun, if it did. */
  private async search(): Promise<MoveTask | undefined> {
    const {aws, source, clock} = this.redrive
    for (let attempt = 0; attempt < SEARCHES; attempt++) {
      if (attempt > 0) await clock.sleep(POLL_MS)
      this.requests++
      const tasks = await listMoveTasks(aws, source.arn).catch(() => [])
      const task = tasks.find(({startedAt}) => !this.earlier.has(startedAt))
      if (task !== undefined) return task
    }
    return undefined
  }

  async *follow(started: MoveTask, own: boolean): AsyncGenerator<RedriveEvent, void> {
    const {clock, signal} = this.redrive
    let task = started
    let cancelled = false
    let failures = 0
    for (;;) {
      if (signal.aborted && !own) {
        yield this.summary('interrupted', {
          task,
          reason: 'the task goes on without being watched',
        })
        return
      }
      if (signal.aborted && !cancelled) {
        cancelled = true
        yield* this.cancel()
      }
      try {
        task = await this.look(task)
        this.job ??= task.taskHandle ?? null
        failures = 0
      } catch (error) {
        if (++failures >= POLL_FAILURES) {
          yield {event: 'warning', message: 'the move task goes on in AWS, unwatched'}
          throw error
        }
      }
      if (!isActive(task)) {
        yield await this.end(task, cancelled)
        return
      }
      yield this.progress(task)
      await clock.sleep(POLL_MS, cancelled || !own ? undefined : signal)
    }
  }

  private async *cancel(): AsyncGenerator<RedriveEvent, void> {
    try {
      this.requests++
      if (this.job !== null) await cancelMoveTask(this.redrive.aws, this.job)
    } catch (error) {
      // It may have ended by itself just now: what it ended as is read next.
      yield {
        event: 'warning',
        message: `the task could not be cancelled: ${error instanceof Error ? error.message : String(error)}`,
      }
    }
  }

  /** The task as AWS shows it now; the newest of the source that was not there before, since a handle is shown only while it runs. */
  private async look(known: MoveTask): Promise<MoveTask> {
    const {aws, source} = this.redrive
    this.requests++
    const tasks = await listMoveTasks(aws, source.arn)
    const found = tasks.find(task =>
      known.startedAt === undefined
        ? task.taskHandle === known.taskHandle || !this.earlier.has(task.startedAt)
        : task.startedAt === known.startedAt,
    )
    if (found !== undefined) return found
    throw new OpsError(`AWS does not list the move task of ${source.name}`, {
      code: 'TaskNotListed',
      exitCode: ExitCode.failed,
    })
  }

  private progress(task: MoveTask): ProgressEvent {
    const moved = task.approximateNumberOfMessagesMoved
    const toMove = task.approximateNumberOfMessagesToMove
    const seconds = (this.redrive.clock.now() - this.startedMs) / 1000
    const perSecond = seconds > 0 ? moved / seconds : 0
    return {
      event: 'progress',
      moved,
      failed: 0,
      skipped: 0,
      toMove,
      perSecond: perSecond > 0 ? Math.round(perSecond * 10) / 10 : undefined,
      etaSeconds:
        toMove === undefined || perSecond === 0 ? undefined : Math.ceil(Math.max(0, toMove - moved) / perSecond),
      note: task.status === 'CANCELLING' ? 'AWS is cancelling the task' : undefined,
    }
  }

  private async end(task: MoveTask, cancelledByUs: boolean): Promise<RedriveSummary> {
    const {source, counted} = this.redrive
    const remaining = await this.depth(source)
    const after = {remaining, destinationAfter: await this.depth(counted)}
    const moved = task.approximateNumberOfMessagesMoved
    if (task.status === 'FAILED') {
      return this.summary('failed', {task, ...after, reason: explainFailureReason(task.failureReason)})
    }
    if (task.status === 'CANCELLED') {
      const reason = 'the task was cancelled; what it had moved stays moved'
      return this.summary(cancelledByUs ? 'interrupted' : 'cancelled', {task, ...after, reason})
    }
    if (moved === 0 && (this.sourceBefore ?? 0) > 0 && (remaining ?? 0) > 0) {
      const reason = `AWS calls the task ${task.status} and moved nothing, while the counters show about ${remaining ?? 0} messages`
      return this.summary('stopped', {task, ...after, reason})
    }
    return this.summary('completed', {task, ...after})
  }

  /** Approximately all messages of a queue; null where they cannot be counted, which must not stop a redrive. */
  private async depth(queue: QueueRef | undefined): Promise<number | null> {
    if (queue === undefined) return null
    try {
      this.requests++
      const now = await getQueueAttributes(this.redrive.aws, queue)
      return (
        now.approximateNumberOfMessages +
        now.approximateNumberOfMessagesNotVisible +
        now.approximateNumberOfMessagesDelayed
      )
    } catch (error) {
      if (error instanceof OpsError) return null
      throw error
    }
  }

  summary(
    state: RedriveState,
    outcome: {task?: MoveTask; remaining?: number | null; destinationAfter?: number | null; reason?: string},
  ): RedriveSummary {
    const {source, destination, clock} = this.redrive
    const {task, remaining = null, destinationAfter = null, reason} = outcome
    const moved = task?.approximateNumberOfMessagesMoved ?? 0
    const toMove = task?.approximateNumberOfMessagesToMove ?? this.sourceBefore ?? moved
    // All of it is gone from the source: the count at the start was an approximation, and too high.
    const selected = state === 'completed' && remaining === 0 ? moved : Math.max(moved, toMove)
    return {
      event: 'done',
      engine: 'native',
      job: this.job,
      state,
      source: source.arn,
      destination: destination?.arn ?? task?.destinationArn ?? null,
      mode: 'move',
      selected,
      moved,
      discarded: 0,
      skipped: 0,
      returned: 0,
      failed: 0,
      left: state === 'running' ? 0 : selected - moved,
      remaining,
      failures: [],
      possibleDuplicates: [],
      requests: this.requests,
      durationMs: Math.round(clock.now() - this.startedMs),
      counted: {
        sourceBefore: this.sourceBefore,
        sourceAfter: remaining,
        destinationBefore: this.destinationBefore,
        destinationAfter,
      },
      ...(reason === undefined ? {} : {reason}),
    }
  }
}
