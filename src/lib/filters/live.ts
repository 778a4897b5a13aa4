import type {ExitCode as Code} from '../ops-error.js'
import {ExitCode} from '../ops-error.js'
import type {Outcome} from './suite.js'
import type {Trial} from './trial.js'

/** Who answers a live trial: the sandbox decides by the engine of this program, and what a custom endpoint is nobody knows. */
export type LiveJudge =
  {readonly by: 'aws' | 'sandbox'; readonly endpoint?: never} | {readonly by: 'endpoint'; readonly endpoint: string}

/** Who will answer over a connection; `endpoint` is the custom one of the service, if any. Pure. */
export function liveJudge({sandbox, endpoint}: {sandbox: boolean; endpoint: string | undefined}): LiveJudge {
  if (sandbox) return {by: 'sandbox'}
  return endpoint === undefined ? {by: 'aws'} : {by: 'endpoint', endpoint}
}

/** What AWS itself made of a trial, or the sandbox in its place; `unknown` where it cannot be told. */
export interface LiveAnswer {
  readonly result: Outcome | 'unknown'
  /** First line of what AWS says, where the result is `invalid`. */
  readonly error?: string
  /** Why it cannot be told, or what to know about the answer. */
  readonly remark?: string
}

/** The answer of AWS beside ours. */
export type LiveTrial = LiveAnswer &
  LiveJudge & {
    /** Whether AWS and this program decide alike; null where AWS's decision is not known. */
    readonly agrees: boolean | null
  }

/** Compares AWS's answer with ours, by the decision; of two refusals the words may differ. Pure. */
export function compared(answer: LiveAnswer, {result}: Pick<Trial, 'result'>, judge: LiveJudge): LiveTrial {
  return {...judge, ...answer, agrees: answer.result === 'unknown' ? null : answer.result === result}
}

function nameOf({by, endpoint}: LiveJudge): string {
  if (by === 'endpoint') return `The endpoint ${endpoint}`
  return by === 'aws' ? 'AWS' : 'The sandbox'
}

const SAME_ENGINE =
  'The sandbox decides by the same engine as this program: that both agree shows the way there, not what AWS says.'

function notesOn({by, endpoint}: LiveJudge): string[] {
  if (by === 'sandbox') return [SAME_ENGINE]
  return by === 'endpoint' ? [`${endpoint} answered, a custom endpoint: whether that is AWS is not known here.`] : []
}

/** What is said of a comparison, and the exit code where it decides that: 1 for a disagreement, 6 where AWS's decision is not known. Pure. */
export function liveReport(
  live: LiveTrial,
  {result, error}: Pick<Trial, 'result' | 'error'>,
): {readonly warnings: readonly string[]; readonly notes: readonly string[]; readonly exitCode?: Code} {
  const judge = nameOf(live)
  const notes = notesOn(live)
  const remark = live.remark === undefined ? [] : [live.remark]
  if (live.agrees === null) return {warnings: remark, notes, exitCode: ExitCode.unreachable}
  if (!live.agrees) {
    const said = live.error === undefined ? '' : ` (${live.error})`
    return {
      warnings: [
        `${judge} says ${live.result}${said}, this program says ${result}. Please report it${live.by === 'endpoint' ? ' if that is AWS' : ''}.`,
        ...remark,
      ],
      notes,
      exitCode: ExitCode.failed,
    }
  }
  if (live.error === undefined || live.error === error) return {warnings: remark, notes}
  return {warnings: [`${judge} refuses it in other words: ${live.error}`, ...remark], notes}
}
