import {ExitCode, OpsError} from '../../../src/lib/ops-error.js'
import {moveMessages} from '../../../src/lib/redrive/client/engine.js'
import type {Decision, EngineOptions, Route, WholeMessage} from '../../../src/lib/redrive/client/options.js'
import type {EngineClock} from '../../../src/lib/redrive/client/ports.js'
import type {RedriveEvent} from '../../../src/lib/redrive/events.js'
import {writeFailed} from '../../../src/lib/redrive/journal/journal-errors.js'
import {knownMessages} from '../../../src/lib/redrive/known-messages.js'
import {routeOf} from '../../../src/lib/redrive/routes.js'
import {SeenOnDisk} from '../../../src/lib/redrive/seen/seen-on-disk.js'
import {Shelf} from './shelf.js'
import {ModelDestination} from './destination-queue.js'
import type {Job} from './job.js'
import {Process} from './process.js'
import {ModelSource} from './source-queue.js'
import {changedAttributes, QUEUE_ARNS, SOURCE_ARN} from './world.js'

/** Of dying at one step. */
const DEATH_PERCENT = 1
/** How long `--follow` is left to itself. */
const FOLLOW_MS = 150_000

/** How a session of a job ended. */
export type Ending =
  | {readonly how: 'died'}
  | {readonly how: 'failed'; readonly error: unknown; readonly events: readonly RedriveEvent[]}
  | {readonly how: 'ended'; readonly events: readonly RedriveEvent[]}

export interface Session {
  readonly ending: Ending
  readonly process: Process
  /** Messages whose send had no durable outcome when the process was gone. */
  readonly open: number
}

/** Runs one session of a job to its end or its death: the first of them, or one that goes on with the journal of those before. */
export async function playSession(job: Job, mortal: boolean): Promise<Session> {
  const {world} = job
  const process = new Process(world, `${job.name}.${job.sessions}`, mortal ? DEATH_PERCENT : 0)
  const ending = await Promise.race([redrive(job, process), process.death.then(() => ({how: 'died'}) as const)])
  const open = job.settle(process)
  if (ending.how === 'died' && world.schedule.powerCuts && world.tape.pick(2) === 1) {
    job.file.cutPower(bytes => [bytes, 0, world.tape.pick(bytes), -world.tape.pick(bytes)][world.tape.pick(4)] ?? 0)
  }
  return {ending, process, open}
}

async function redrive(job: Job, process: Process): Promise<Ending> {
  const {world} = job
  const {schedule} = world
  const interruption = new AbortController()
  if (schedule.follow) world.scheduler.at(world.nowMs + FOLLOW_MS, () => interruption.abort())
  else if (schedule.interrupt && !world.tape.over) {
    world.scheduler.at(world.nowMs + world.tape.pick(20_000), () => interruption.abort())
  }
  const events: RedriveEvent[] = []
  try {
    for await (const event of moveMessages(await optionsOf(job, process, interruption.signal))) {
      if (event.event === 'unknown') job.listed.add(event.messageId)
      events.push(event)
    }
    return {how: 'ended', events}
  } catch (error) {
    return {how: 'failed', error, events}
  }
}

/** As client-run.ts makes them of what was asked and of what the journal knows. */
async function optionsOf(job: Job, process: Process, signal: AbortSignal): Promise<EngineOptions> {
  const {world} = job
  const {schedule} = world
  const {fifo, keep, max, onUnknown, follow, perSecond, concurrency} = schedule
  const {journal, recovered} = await job.openJournal(process).catch((error: unknown) => {
    // A failure of the disk, in the words that open-journal.ts has for it.
    throw error instanceof Error && 'code' in error && !(error instanceof OpsError)
      ? writeFailed('model.wal', error)
      : error
  })
  const moved = recovered === undefined ? 0 : recovered.states.counts.sent + recovered.states.counts.deleted
  const targets: Route[] = QUEUE_ARNS.map((arn, queue) => ({
    arn,
    queue: new ModelDestination(process, job, queue),
    maximumBytes: 1_048_576,
  }))
  const routes = schedule.routes
    ? targets.map(target => ({from: target.arn, target}))
    : targets.slice(0, 1).map(target => ({target}))
  return {
    source: new ModelSource(process, job),
    routeOf: message => routeOf(message, routes),
    journal,
    job: job.name,
    clock: clockOf(process),
    random: () => 0.5,
    sourceArn: SOURCE_ARN,
    destinationArn: schedule.routes ? null : QUEUE_ARNS[0],
    fifo,
    selective: schedule.selection,
    ...(schedule.selection ? {decide: messages => decide(process, messages)} : {}),
    ...(schedule.backup ? {backup: {append: messages => backUp(process, messages)}} : {}),
    keep,
    onUnknown,
    cutMs: world.cutMs,
    follow,
    shared: schedule.jobs > 1,
    ...(schedule.canary && moved <= 3 ? {canary: {count: 3, waitMs: 30_000, maxReturnPercent: 20}} : {}),
    retentionMs: 3_600_000,
    max: max === undefined ? undefined : Math.max(0, max - moved),
    perSecond,
    concurrency,
    // From the fourth mark on they go to the disk, which never fails here: test/lib/redrive/seen has what happens when it does.
    seen: new SeenOnDisk(new Shelf(), 0, 4),
    known: recovered === undefined ? [] : knownMessages(recovered.states, {nowMs: world.nowMs, fifo}),
    signal,
  }
}

function clockOf(process: Process): EngineClock {
  const {scheduler} = process.world
  return {
    now: () => scheduler.nowMs,
    sleep(delayMs, signal) {
      if (signal?.aborted === true || delayMs <= 0) return Promise.resolve()
      return new Promise(resolve => {
        const wake = (): void => {
          signal?.removeEventListener('abort', wake)
          if (!process.dead) resolve()
        }
        signal?.addEventListener('abort', wake, {once: true})
        scheduler.at(scheduler.nowMs + delayMs, wake)
      })
    },
  }
}

async function decide(process: Process, messages: readonly WholeMessage[]): Promise<Decision[]> {
  const {world} = process
  await process.step()
  await process.wait(5)
  if (world.tape.chance(1)) throw new OpsError('the program died', {code: 'ProgramFailed', exitCode: ExitCode.failed})
  return messages.map(({MessageId}): Decision => {
    const message = world.message(MessageId)
    switch (message === undefined ? 'skip' : world.fate(message)) {
      case 'move':
        return {action: 'move'}
      case 'skip':
        return {action: 'skip', reason: 'not selected'}
      case 'refuse':
        return {action: 'refuse', code: 'SelectionFailed', message: 'it cannot be judged'}
      case 'changeBody':
        return {action: 'move', body: `${message?.body ?? ''} changed`}
      case 'changeAttributes':
        return {action: 'move', messageAttributes: changedAttributes(message ?? {key: ''})}
      case 'discard':
        return {action: 'discard'}
    }
  })
}

async function backUp(process: Process, messages: readonly {MessageId?: string; Body?: string}[]): Promise<void> {
  const {world} = process
  await process.step()
  await process.wait(1)
  if (world.tape.chance(1)) throw new OpsError('the backup is full', {code: 'BackupFailed', exitCode: ExitCode.failed})
  for (const {MessageId = '', Body} of messages) {
    const message = world.message(MessageId)
    if (message === undefined || message.body !== Body)
      world.violate('P3', `${MessageId} backed up as ${Body ?? 'nothing'}`)
    else world.backedUp.add(message.key)
  }
  await process.step()
}
