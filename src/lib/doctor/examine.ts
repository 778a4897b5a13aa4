import type {AwsContext} from '../aws/context.js'
import type {Job} from '../jobs/job.js'
import {CLEAN_UP} from '../topics/left-behind.js'
import {findLeftovers} from '../topics/tail/leftovers.js'
import type {Leftover, Leftovers} from '../topics/tail/leftovers.js'

/** A command of msgops as it is to be typed, with the connection that is in use. */
type CommandLine = (words: readonly string[]) => string

/** Something that was left behind, and what becomes of it. */
export interface DoctorFinding {
  readonly code: 'JobInterrupted' | 'JournalDamaged' | 'TemporaryQueueAbandoned'
  /** Queue name, job id, or the path of a journal that does not read. */
  readonly resource: string
  readonly message: string
  /** The command to run next. */
  readonly next: string
}

/** `msgops doctor`. */
export interface Examination {
  readonly accountId: string
  readonly region: string
  readonly findings: readonly DoctorFinding[]
  /** What could not be looked at, and why. */
  readonly incomplete: readonly string[]
}

/**
 * Looks for what crashes left behind: temporary queues of the account and region by their tags, and the given jobs, those of this machine's
 * journals. Changes nothing; throws AwsOpsError where queues cannot be listed.
 */
export async function examine(
  aws: AwsContext,
  jobs: readonly Job[],
  {commandLine, signal}: {readonly commandLine: CommandLine; readonly signal: AbortSignal},
): Promise<Examination> {
  const {accountId} = await aws.identity(signal)
  const found = await findLeftovers(aws, {signal})
  return {accountId, region: aws.region, ...findingsOf(found, jobs, commandLine)}
}

/** What is wrong with what was found. What may be in use is no finding. Pure. */
export function findingsOf(
  {leftovers, unread}: Leftovers,
  jobs: readonly Job[],
  commandLine: CommandLine,
): Pick<Examination, 'findings' | 'incomplete'> {
  return {
    findings: [
      ...jobs.flatMap(job => jobFinding(job, commandLine)),
      ...leftovers.filter(({abandoned}) => abandoned).map(leftover => queueFinding(leftover, commandLine)),
    ],
    incomplete: unread.map(({name, error}) => `Whether ${name} is a temporary queue is not known: ${error.message}`),
  }
}

function jobFinding({job, state, source, path, problem}: Job, commandLine: CommandLine): DoctorFinding[] {
  const resource = job ?? path ?? 'a journal'
  if (state === 'damaged') {
    const message = `Its journal does not read: ${problem?.message ?? 'no reason is known'}`
    return [{code: 'JournalDamaged', resource, message, next: commandLine(['job', 'verify', path ?? resource])}]
  }
  if (state !== 'interrupted') return []
  const message = `A redrive of ${nameOf(source)} was cut off, and can be resumed or given up`
  return [{code: 'JobInterrupted', resource, message, next: commandLine(['job', 'show', resource])}]
}

function queueFinding({queue, topicArn, reason}: Leftover, commandLine: CommandLine): DoctorFinding {
  return {
    code: 'TemporaryQueueAbandoned',
    resource: queue.name,
    message: `Left behind with its subscription to ${nameOf(topicArn)}: ${reason}`,
    next: commandLine(CLEAN_UP),
  }
}

function nameOf(arn: string | null | undefined): string {
  return arn?.slice(arn.lastIndexOf(':') + 1) ?? 'an unknown source'
}
