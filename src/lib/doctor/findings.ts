import type {Job} from '../jobs/job.js'
import {shellQuote} from '../shell-quote.js'
import {CLEAN_UP} from '../topics/left-behind.js'
import type {Leftover} from '../topics/tail/leftovers.js'

/** A command of msgops as it is to be typed, with the connection that is in use. */
export type CommandLine = (words: readonly string[]) => string

/** Something that was left behind, and what becomes of it. */
export interface DoctorFinding {
  readonly code: 'ForeignFile' | 'JobInterrupted' | 'JournalDamaged' | 'JournalUnreadable' | 'TemporaryQueueAbandoned'
  /** Queue name, job id, or the path of a file. */
  readonly resource: string
  readonly message: string
  /** The command to run next. */
  readonly next: string
}

/** What was found, before it is judged. */
export interface Found {
  /** Of this machine's journals. */
  readonly jobs: readonly Job[]
  /** Paths of files among the journals that are none. */
  readonly foreign: readonly string[]
  readonly leftovers: readonly Leftover[]
}

/** The problems of a journal that `job verify` has more to say of. */
const VERIFIED = new Set(['JournalDamaged', 'JournalSchemaUnknown'])

/** What is wrong with what was found. What may be in use is no finding. Pure. */
export function findingsOf({jobs, foreign, leftovers}: Found, commandLine: CommandLine): DoctorFinding[] {
  return [
    ...jobs.flatMap(job => jobFinding(job, commandLine)),
    ...foreign.map(file => foreignFinding(file)),
    ...leftovers.filter(({abandoned}) => abandoned).map(leftover => queueFinding(leftover, commandLine)),
  ]
}

function jobFinding({job, state, source, path, problem}: Job, commandLine: CommandLine): DoctorFinding[] {
  const resource = job ?? path ?? 'a journal'
  if (state === 'damaged') {
    const why = problem?.message ?? 'no reason is known'
    if (problem !== null && path !== null && !VERIFIED.has(problem.code))
      return [unreadableFinding(resource, path, why)]
    const next = commandLine(['job', 'verify', path ?? resource])
    return [{code: 'JournalDamaged', resource, message: `Its journal does not read: ${why}`, next}]
  }
  if (state !== 'interrupted') return []
  const message = `A redrive of ${nameOf(source)} was cut off, and can be resumed or given up`
  return [{code: 'JobInterrupted', resource, message, next: commandLine(['job', 'show', resource])}]
}

function unreadableFinding(resource: string, path: string, why: string): DoctorFinding {
  return {
    code: 'JournalUnreadable',
    resource,
    message: `Its journal may not be read: ${why}. See whose it is and who may write to it; what is no journal of yours can be moved away`,
    next: listing(path),
  }
}

function foreignFinding(file: string): DoctorFinding {
  return {
    code: 'ForeignFile',
    resource: file,
    message: 'Stands among the journals and is none by its name; msgops does not read it, and it can be moved away',
    next: listing(file),
  }
}

function queueFinding({queue, topicArn, reason}: Leftover, commandLine: CommandLine): DoctorFinding {
  return {
    code: 'TemporaryQueueAbandoned',
    resource: queue.name,
    message: `Left behind with its subscription to ${nameOf(topicArn)}: ${reason}`,
    next: commandLine(CLEAN_UP),
  }
}

function listing(file: string): string {
  return `ls -ld ${shellQuote(file)}`
}

function nameOf(arn: string | null | undefined): string {
  return arn?.slice(arn.lastIndexOf(':') + 1) ?? 'an unknown source'
}
