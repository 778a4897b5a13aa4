import {existsSync} from 'node:fs'
import {cp, mkdir, mkdtemp, readdir} from 'node:fs/promises'
import path from 'node:path'
import type {FailpointName} from '../../src/lib/failpoint.js'
import type {Finished} from '../fixtures/cli/run.js'
import type {Verdict} from './checker.js'
import type {Child} from './child.js'
import {isOver, redriveArgs, resumeArgs} from './journey.js'
import type {Planted} from './planted.js'
import type {Tape} from './tape.js'
import {Witness, type Summary} from './testimony.js'
import {World, type Stage, type WorldOptions} from './world.js'

/** What is redriven on many hosts at once. */
export interface SharedCase {
  readonly fifo: boolean
  readonly count: number
  /** Where the process of each host is killed, and at which passage of it; undefined where it is let be. */
  readonly kills: readonly ({readonly at: FailpointName; readonly nth: number} | undefined)[]
  /** All processes are of one host. */
  readonly oneHost?: boolean
  /** Killed jobs are gone on with on hosts that have nothing of theirs but their journals. */
  readonly moveJournals?: boolean
  /** What the proxy before the local AWS plays to all of them together. */
  readonly tape?: Tape
  /** Flags that select, and the same by hand. */
  readonly selection?: {readonly flags: readonly string[]; readonly selects: (message: Planted) => boolean}
}

export interface SharedOutcome {
  readonly verdict: Verdict
  /** Of the first process of each host, and of those that went on with the killed ones. */
  readonly exits: readonly (number | string | null)[]
  readonly runs: readonly Finished[]
  /** Messages that were selected and not in the destination when all that were not killed had ended. */
  readonly leftToTheKilled: number
  /** Messages in flight when all had ended. */
  readonly leaked: number
  /** Jobs that did not come to their end. */
  readonly unfinished: readonly string[]
  /** Selected and left in the source, although nothing of their group is in doubt, which would stop the group. */
  readonly stranded: readonly string[]
  /** As `job show` counts them over all journals: messages with a copy. */
  readonly mergedMoved: number
  /** The same: messages with a send of unknown outcome and no copy that is known. */
  readonly mergedUncertain: number
  readonly selected: number
  /** What the proxy did: `kind operation` -> how often. */
  readonly injected: ReadonlyMap<string, number>
}

interface Merged {
  readonly totals: {readonly moved: number; readonly uncertain: number}
  readonly possibleDuplicates: readonly {readonly messageId: string}[]
}

/** A process takes so many messages a second, that all hosts have their part before the first is done. */
const RATE = {standard: '20/s', fifo: '10/s'}
const RUNS = path.join('msgops', 'runs')
/** Times that a killed job is gone on with. */
const MOST_RESUMES = 4

/**
 * One dead-letter queue redriven by a process on each of several hosts at once, of which some are killed and, once the others have
 * ended, gone on with; then every journal is merged, as `job show A B C` does, and only then the queues are looked into.
 */
export async function redriveShared(options: WorldOptions, scenario: SharedCase): Promise<SharedOutcome> {
  const world = await World.open(options)
  try {
    return await shareOne(world, scenario)
  } finally {
    await world.close()
  }
}

async function shareOne(
  world: World,
  {fifo, count, kills, oneHost = false, moveJournals = false, selection, tape}: SharedCase,
): Promise<SharedOutcome> {
  const stage = await world.stage({count, fifo, groups: 12})
  const {flags = [], selects = () => true} = selection ?? {}
  const selected = stage.planted.filter(selects).length
  const hosts = await Promise.all(kills.map((_, host) => homeOf(stage, oneHost ? 0 : host)))
  const args = redriveArgs(stage.dlq, ['--output', 'ndjson', '--shared', '--rate', fifo ? RATE.fifo : RATE.standard])
  const witnesses = hosts.map(() => new Witness())
  const said = {possibleDuplicates: new Set<string>(), moved: new Set<string>()}
  if (tape !== undefined) world.proxy.fate = operation => tape.next(operation)
  const start = (host: number): Child => stage.start([...args, ...flags], {env: envOf(hosts[host] ?? '', kills[host])})
  const spared = new Map(kills.flatMap((kill, host) => (kill === undefined ? [[host, start(host)] as const] : [])))
  // On a host where a redrive was cut off, a new one of the same queue may be refused.
  if (oneHost) await Promise.all([...spared.values()].map(child => child.shown('"event":"started"')))
  const runs = await Promise.all(kills.map((_, host) => (spared.get(host) ?? start(host)).finished))
  const summaries = runs.map((finished, host) => witnesses[host]?.hear(finished))
  const leftToTheKilled = stillThere(stage) - (count - selected)
  const unfinished: string[] = []
  await Promise.all(
    hosts.map(async (_, host) => {
      const job = witnesses[host]?.job
      let summary = summaries[host]
      if (moveJournals && runs[host]?.signal === 'SIGKILL') hosts[host] = await moveJournal(stage, hosts[host] ?? '')
      const home = hosts[host] ?? ''
      for (let turn = 0; !isOver(summary) && turn < MOST_RESUMES && job !== undefined; turn++) {
        const finished = await stage.run(resumeArgs(job), {env: {XDG_STATE_HOME: home}})
        runs.push(finished)
        summary = witnesses[host]?.hear(finished) ?? summary
      }
      // Without a job it has received nothing.
      if (job !== undefined && !isOver(summary)) unfinished.push(`${job}: ${wordsOf(summary)}`)
    }),
  )
  const leaked = stage.inFlight()
  const merged = await merge(stage, hosts)
  for (const {messageId} of merged.possibleDuplicates) said.possibleDuplicates.add(messageId)
  for (const {moved} of witnesses) for (const messageId of moved) said.moved.add(messageId)
  const verdict = await stage.judge(said)
  const doubtful = new Set(
    stage.planted.filter(({messageId}) => said.possibleDuplicates.has(messageId)).map(({groupId}) => groupId),
  )
  const isStranded = (message: Planted): boolean =>
    verdict.leftMarks.includes(message.mark) && selects(message) && !(fifo && doubtful.has(message.groupId))
  return {
    verdict,
    exits: runs.map(({code, signal}) => signal ?? code),
    runs,
    leftToTheKilled,
    leaked,
    unfinished,
    stranded: stage.planted.filter(isStranded).map(({mark}) => mark),
    mergedMoved: merged.totals.moved,
    mergedUncertain: merged.totals.uncertain,
    selected,
    injected: world.proxy.injected,
  }
}

/** Longer than a message that was received is invisible. */
const ALL_BACK_MS = 61_000

export interface FrozenOutcome {
  readonly verdict: Verdict
  /** Of the host that was frozen, and of the other. */
  readonly exits: readonly (number | null)[]
  readonly mergedMoved: number
  /** Messages that the reports of the two hosts, each by itself, say may exist twice. */
  readonly knownToOne: number
}

/**
 * A host is frozen in the middle of its redrive, as a laptop whose lid is closed, until what it had received is visible to another, which
 * moves all that is left; then the first goes on with what it believes to be its own.
 */
export async function redriveFrozen(
  options: WorldOptions,
  {fifo, count}: Pick<SharedCase, 'fifo' | 'count'>,
): Promise<FrozenOutcome> {
  const world = await World.open(options)
  try {
    const stage = await world.stage({count, fifo, groups: 12})
    const homes = await Promise.all([homeOf(stage, 0), homeOf(stage, 1)])
    const args = redriveArgs(stage.dlq, ['--output', 'ndjson', '--shared'])
    const frozen = stage.start([...args, '--rate', fifo ? RATE.fifo : RATE.standard], {env: envOf(homes[0], undefined)})
    await frozen.shown('"event":"moved"')
    frozen.kill('SIGSTOP')
    world.sandbox.clock.advance(ALL_BACK_MS)
    const other = await stage.run(args, {env: envOf(homes[1], undefined)})
    frozen.kill('SIGCONT')
    const runs = [await frozen.finished, other]
    const witness = new Witness()
    for (const finished of runs) witness.hear(finished)
    const knownToOne = witness.possibleDuplicates.size
    const {totals, possibleDuplicates} = await merge(stage, homes)
    const listed = new Set(possibleDuplicates.map(({messageId}) => messageId))
    const verdict = await stage.judge({possibleDuplicates: listed, moved: witness.moved})
    return {verdict, exits: runs.map(({code}) => code), mergedMoved: totals.moved, knownToOne}
  } finally {
    await world.close()
  }
}

/** What an outcome came to, with what is needed to see why. */
export function storyOf({verdict, runs, ...outcome}: SharedOutcome): string {
  const said = runs.map(({stdout, stderr, code, signal}) => {
    const last = stdout.trimEnd().split('\n').at(-1) ?? ''
    return `--- ${signal ?? code}\n${last.slice(0, 600)}\n${stderr.slice(-600)}`
  })
  return [JSON.stringify(verdict), JSON.stringify(outcome), ...said].join('\n')
}

async function homeOf(stage: Stage, host: number): Promise<string> {
  const home = path.join(stage.state, `host-${host}`)
  await mkdir(home, {recursive: true})
  return home
}

async function moveJournal(stage: Stage, home: string): Promise<string> {
  const elsewhere = await mkdtemp(path.join(stage.state, 'elsewhere-'))
  await cp(path.join(home, RUNS), path.join(elsewhere, RUNS), {recursive: true})
  return elsewhere
}

function envOf(home: string, kill: SharedCase['kills'][number]): Record<string, string> {
  return {XDG_STATE_HOME: home, ...(kill === undefined ? {} : {FAIL_AT: `${kill.at}:${kill.nth}`})}
}

function wordsOf(summary: Summary | undefined): string {
  return summary === undefined ? 'no summary' : `${summary.state} ${summary.reason ?? ''}`
}

function stillThere({world, dlq}: Stage): number {
  const queues = Object.values(world.sandbox.sqs.status()).flatMap(status => status.queues)
  const queue = queues.find(({name}) => name === dlq)
  return (queue?.approximateNumberOfMessages ?? 0) + (queue?.approximateNumberOfMessagesNotVisible ?? 0)
}

async function merge(stage: Stage, hosts: readonly string[]): Promise<Merged> {
  const journals: string[] = []
  for (const home of new Set(hosts)) {
    const runs = path.join(home, RUNS)
    const names = existsSync(runs) ? await readdir(runs) : []
    journals.push(...names.map(name => path.join(runs, name)))
  }
  const {stdout, stderr} = await stage.run(['job', 'show', ...journals, '--json'])
  const merged = JSON.parse(stdout) as Partial<Merged>
  if (merged.totals === undefined || merged.possibleDuplicates === undefined) throw new Error(stdout + stderr)
  return merged as Merged
}
