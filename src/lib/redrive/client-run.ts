import path from 'node:path'
import type {Message} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'
import type {LeanSqs} from '../aws/lean/lean-sqs.js'
import type {Backup} from '../messages/backup.js'
import {toMessageView} from '../messages/message-view.js'
import type {MessageProgram} from '../selection/program/through-program.js'
import {moveMessages} from './client/engine.js'
import type {KnownMessage} from './client/journal.js'
import type {MessageBackup, Route} from './client/options.js'
import {MAXIMUM_MESSAGE_SIZE} from './client/outgoing.js'
import type {EngineClock} from './client/ports.js'
import {serverTimeMs} from './client/server-time.js'
import {SqsDestination, SqsSource} from './client/sqs-queues.js'
import {decider} from './decide.js'
import type {RedriveEvent} from './events.js'
import type {JournalBinding} from './journal/header.js'
import {bindingOf, snapshotsOf} from './journal-binding.js'
import type {JournalOptions} from './journal/open-journal.js'
import {createJournal, resumeJournal} from './journal/open-journal.js'
import type {Recovered} from './journal/recovery.js'
import type {RunJournal} from './journal/run-journal.js'
import {knownMessages} from './known-messages.js'
import type {Candidate} from './plan.js'
import type {PreparedRedrive} from './preflight.js'
import {IdsSought} from './ids-sought.js'
import {roomWatch} from './room-watch.js'
import {routeOf} from './routes.js'
import {ScratchFile} from './seen/scratch-file.js'
import {SeenOnDisk} from './seen/seen-on-disk.js'
import {setV8ForRedrive} from './v8-settings.js'

/** How long the program of `--through` may be silent while messages wait for its answer. */
const PROGRAM_SILENCE_MS = 30_000

/** Ends what was opened for a run. */
type Closer = () => Promise<void> | void

/** Its own, and that of its content. */
const MARKS_OF_A_MESSAGE = 2

export interface ClientRun {
  readonly aws: AwsContext
  readonly prepared: PreparedRedrive
  readonly journal: JournalOptions
  /** A job to go on with; absent: a new one. */
  readonly resume?: string
  readonly env: NodeJS.ProcessEnv
  readonly eachMessage?: boolean
  readonly onProgramLine?: (line: string) => void
  readonly clock: EngineClock
  /** In [0, 1), for jitter. */
  readonly random: () => number
  readonly signal: AbortSignal
}

/** A run with its journal open, and what an earlier session of it left. */
interface OpenRun {
  readonly run: ClientRun
  readonly journal: RunJournal
  readonly recovered: Recovered | undefined
  /** Epoch ms of AWS's clock; undefined where it is not known. */
  readonly cutMs: number | undefined
}

/**
 * Redrives by the client engine, with a journal on the disk: takes the lock of the queue, opens the journal (or replays that of the job
 * to go on with), and moves. The last event is the summary. Throws before anything is received where the lock, the journal, the backup
 * or the program cannot be had.
 */
export async function* redriveByClient(run: ClientRun): AsyncGenerator<RedriveEvent, void> {
  const {aws, prepared, resume} = run
  const serverMs = await serverTimeMs(aws, prepared.source)
  const binding = await bindingOf(aws, prepared)
  const opened = await open(run, binding, serverMs)
  const {journal} = opened
  try {
    yield {event: 'started', job: journal.job, attached: resume !== undefined}
    if (opened.cutMs === undefined) {
      yield {
        event: 'warning',
        message: 'the time of the service is not known: messages that arrive meanwhile may be moved too',
      }
    }
    yield* move(opened)
  } finally {
    // The engine has closed it already, unless something failed before it began.
    await journal.close()
  }
}

async function open(run: ClientRun, binding: JournalBinding, serverMs: number | undefined): Promise<OpenRun> {
  const {prepared, aws, resume, journal: options} = run
  if (resume === undefined) {
    const journal = await createJournal(
      {
        ...binding,
        profile: aws.profile,
        request: {...prepared.request, ...(serverMs === undefined ? {} : {cutMs: serverMs})},
        snapshot: snapshotsOf(prepared),
      },
      {...options, shared: prepared.request.shared, refusesCutOff: true},
    )
    return {run, journal, recovered: undefined, cutMs: serverMs}
  }
  const {journal, recovered} = await resumeJournal(resume, binding, {...options, shared: prepared.request.shared})
  const cutMs = recovered.header.request?.cutMs
  return {run, journal, recovered, cutMs: typeof cutMs === 'number' ? cutMs : undefined}
}

async function* move({run, journal, recovered, cutMs}: OpenRun): AsyncGenerator<RedriveEvent, void> {
  const {aws, prepared, signal, clock, random} = run
  const {plan, request, source, sourceAttributes} = prepared
  const moved = recovered === undefined ? 0 : recovered.states.counts.sent + recovered.states.counts.deleted
  const closers: Closer[] = []
  try {
    const sqs = await lean(aws, plan.concurrency ?? 1, closers)
    const toSqs = prepared.toAws === undefined ? sqs : await lean(prepared.toAws, plan.concurrency ?? 1, closers)
    const routes = prepared.routes.map(({from, target}) => ({from, target: routeTo(toSqs, target)}))
    const retentionSeconds = sourceAttributes.messageRetentionPeriod
    const program = await openProgram(run, closers)
    const backup = await openBackup(run, closers)
    const {selection, transform} = prepared
    const sought = new IdsSought(request.selection?.id ?? [], id => recovered?.states.get(id) !== undefined)
    const decides = selection !== undefined || transform !== undefined || program !== undefined
    const mayDiscard = backup !== undefined && request.keep !== true
    const toMove = Math.min(plan.approximateNumberOfMessages, request.max ?? Number.POSITIVE_INFINITY)
    const seen = openSeen(journal, toMove, closers)
    closers.push(setV8ForRedrive(plan.approximateNumberOfMessages))
    const decide = decider({selection, transform, program, mayDiscard, retentionSeconds})
    const events = moveMessages({
      source: new SqsSource(sqs, source, {clock, random}),
      routeOf: message => routeOf(message, routes),
      journal,
      job: journal.job,
      clock,
      random,
      sourceArn: source.arn,
      destinationArn: plan.destination?.arn ?? null,
      fifo: source.fifo,
      ...(decides
        ? {
            decide: messages => {
              sought.came(messages)
              return decide(messages)
            },
          }
        : {}),
      selective: selection !== undefined || program !== undefined,
      ...(backup === undefined ? {} : {backup: viewsInto(backup, retentionSeconds)}),
      keep: request.keep,
      onUnknown: request.onUnknown,
      cutMs,
      follow: request.follow,
      shared: request.shared,
      eachMessage: run.eachMessage,
      ...(plan.canary === null || moved > plan.canary.count
        ? {}
        : {canary: {...plan.canary, waitMs: plan.canary.waitSeconds * 1000}}),
      retentionMs: retentionSeconds * 1000,
      max: request.max === undefined ? undefined : Math.max(0, request.max - moved),
      perSecond: request.perSecond,
      concurrency: plan.concurrency ?? 1,
      room: roomWatch(),
      toMove,
      seen,
      known: recovered === undefined ? [] : knownOf(recovered),
      cutOff: recovered !== undefined && recovered.ended === undefined,
      signal,
    })
    for await (const event of events) {
      const warning = event.event === 'done' && event.state === 'completed' ? sought.warning(source.name) : undefined
      if (warning !== undefined) yield {event: 'warning', message: warning}
      yield event
    }
  } finally {
    for (const close of closers.reverse()) await close()
  }
}

/** Beside the journal, whose disk has to have room anyway. */
function openSeen({file}: RunJournal, toMove: number, closers: Closer[]): SeenOnDisk {
  const scratch = new ScratchFile(`${file}.seen`)
  closers.push(() => scratch.close())
  return new SeenOnDisk(scratch, toMove * MARKS_OF_A_MESSAGE)
}

async function lean(aws: AwsContext, concurrency: number, closers: Closer[]): Promise<LeanSqs> {
  // One more than the workers: holds are renewed beside them.
  const sqs = await aws.sqsLean({maxSockets: concurrency + 1})
  closers.push(() => sqs.close())
  return sqs
}

function routeTo(sqs: LeanSqs, {queue, attributes}: Candidate): Route {
  return {
    arn: queue.arn,
    queue: new SqsDestination(sqs, queue),
    maximumBytes: attributes?.maximumMessageSize ?? MAXIMUM_MESSAGE_SIZE,
  }
}

function* knownOf({states, header}: Recovered): Generator<KnownMessage> {
  yield* knownMessages(states, {nowMs: Date.now(), fifo: header.fifo})
  // The engine's ledger has it all by now, in less memory.
  states.forget()
}

async function openProgram(
  {prepared: {request}, env, signal, onProgramLine}: ClientRun,
  closers: Closer[],
): Promise<MessageProgram | undefined> {
  if (request.through === undefined) return undefined
  const {throughProgram} = await import('../selection/program/through-program.js')
  const name = path.basename(request.through[0] ?? '')
  const program = await throughProgram(request.through, {
    signal,
    env,
    timeoutMs: PROGRAM_SILENCE_MS,
    onStderr: line => onProgramLine?.(`${name}: ${line}`),
  })
  closers.push(() => program.close())
  return program
}

async function openBackup({prepared: {request}, resume}: ClientRun, closers: Closer[]): Promise<Backup | undefined> {
  if (request.backup === undefined) return undefined
  const {openBackup: openFile} = await import('../messages/backup.js')
  const backup = await openFile(request.backup, {resume: resume !== undefined})
  // All that was sent is in it and durable; where it failed, the redrive has ended on that and says so in its summary.
  closers.push(() => backup.close().catch(() => undefined))
  return backup
}

function viewsInto(backup: Backup, retentionSeconds: number): MessageBackup {
  return {
    append: async (messages: readonly Message[]) =>
      backup.append(messages.map(message => toMessageView(message, {retentionSeconds}))),
  }
}
