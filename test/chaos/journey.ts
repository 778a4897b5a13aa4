import type {Finished} from '../fixtures/cli/run.js'
import {Witness, type Summary} from './testimony.js'
import type {Child} from './child.js'
import type {Verdict} from './checker.js'
import type {RunOptions, Stage} from './world.js'

/** Runs after which a redrive that is troubled no more must have ended. */
const MOST_RUNS = 12
const MOST_LISTED = 30
const MOST_TOLD = 8

export interface Journey {
  readonly verdict: Verdict
  /** Exit codes of its runs, `SIGKILL` for those that were killed. */
  readonly exits: readonly (number | string | null)[]
  readonly runs: readonly Finished[]
  readonly summary: Summary | undefined
  /** Messages still in flight when a run had ended in order, which had not said that it could not give them back. */
  readonly leaked: number
}

export interface RunTrouble {
  readonly env?: RunOptions['env']
  /** Real milliseconds after its start at which it is killed, if it still runs. */
  readonly killAfterMs?: number
  /** Called when it has been started. */
  readonly started?: (child: Child) => void
}

export interface Trouble {
  /** What each run is troubled with, in turn: the first is `dlq redrive`, the others go on with it. */
  readonly runs?: readonly RunTrouble[]
  readonly flags?: readonly string[]
  /** Called between runs. */
  readonly between?: (finished: Finished) => Promise<void> | void
  /** Whether nothing more is to come after the run whose summary this is; `isOver` unless given. */
  readonly over?: (summary: Summary | undefined) => boolean
  /** Runs after the last that is troubled by which it must be over. */
  readonly mostRuns?: number
}

/** Takes a redrive to its end through whatever happens to it, going on after each interruption, and then judges it. */
export async function travel(
  stage: Stage,
  {runs: troubles = [], flags = [], between, over = isOver, mostRuns = MOST_RUNS}: Trouble = {},
): Promise<Journey> {
  const witness = new Witness()
  const runs: Finished[] = []
  let summary: Summary | undefined
  for (let turn = 0; turn < troubles.length || !over(summary); turn++) {
    if (turn - troubles.length >= mostRuns) break
    const args =
      witness.job === undefined ? redriveArgs(stage.dlq, ['--output', 'ndjson', ...flags]) : resumeArgs(witness.job)
    const finished = await suffer(stage.start(args, {env: troubles[turn]?.env}), troubles[turn])
    runs.push(finished)
    summary = witness.hear(finished)
    await between?.(finished)
  }
  const leaked = isOver(summary) ? Math.max(0, stage.inFlight() - witness.notReleased) : 0
  const exits = runs.map(({code, signal}) => signal ?? code)
  return {verdict: await stage.judge(witness), exits, runs, summary, leaked}
}

async function suffer(child: Child, {killAfterMs, started}: RunTrouble = {}): Promise<Finished> {
  started?.(child)
  if (killAfterMs === undefined) return child.finished
  const timer: NodeJS.Timeout = setTimeout(() => {
    child.kill('SIGKILL')
  }, killAfterMs)
  const finished = await child.finished
  clearTimeout(timer)
  return finished
}

/** Starts a redrive by the client engine, its events on stdout unless the flags ask for another output. */
export function redriveArgs(dlq: string, flags: readonly string[] = ['--output', 'ndjson']): string[] {
  return ['dlq', 'redrive', dlq, '--engine', 'client', '--yes', ...flags]
}

/** Goes on with a redrive. */
export function resumeArgs(job: string, flags: readonly string[] = ['--output', 'ndjson']): string[] {
  return ['job', 'resume', job, '--yes', ...flags]
}

/** Whether nothing more can come of the redrive: the rest of a FIFO queue can be behind messages that cannot be moved. */
export function isOver(summary: Summary | undefined): boolean {
  return summary?.state === 'completed' || (summary?.reason ?? '').includes('behind messages of the same group')
}

/** What a journey came to, with what is needed to see why, for the message of a failed expectation. */
export function story({verdict, exits, runs, leaked}: Journey): string {
  const said = runs.map(({stdout, stderr}, index) => {
    const last = stdout.trimEnd().split('\n').at(-1) ?? ''
    return `--- run ${index + 1}: ${exits[index] ?? 'null'}\n${last.slice(0, 600)}\n${stderr.slice(-1500)}`
  })
  return [
    JSON.stringify(verdict, cutShort),
    `exits ${exits.join(' ')}, leaked ${leaked}`,
    ...said.slice(-MOST_TOLD),
  ].join('\n')
}

/** For `JSON.stringify`: of a long list, how long it is and its beginning. */
function cutShort(_: string, value: unknown): unknown {
  return Array.isArray(value) && value.length > MOST_LISTED
    ? [`${value.length}:`, ...(value as unknown[]).slice(0, MOST_LISTED)]
    : value
}
