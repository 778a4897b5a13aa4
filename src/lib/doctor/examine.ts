import path from 'node:path'
import type {AwsContext} from '../aws/context.js'
import type {Job} from '../jobs/job.js'
import {isNoConnection, listEveryJob} from '../jobs/list-jobs.js'
import {readingState} from '../jobs/state-errors.js'
import {OpsError} from '../ops-error.js'
import {namesIn} from '../private-files.js'
import {jobOfFile} from '../redrive/journal/job-id.js'
import type {StateDirectory} from '../redrive/journal/state-directory.js'
import type {Leftovers} from '../topics/tail/leftovers.js'
import {findLeftovers} from '../topics/tail/leftovers.js'
import type {CommandLine, DoctorFinding} from './findings.js'
import {findingsOf} from './findings.js'

/** `msgops doctor`. */
export interface Examination {
  /** Null where AWS could not be asked, as `region`. */
  readonly accountId: string | null
  readonly region: string | null
  readonly findings: readonly DoctorFinding[]
  /** What could not be looked at, and why. */
  readonly incomplete: readonly string[]
}

/** Where to look; `aws` may throw where there is no connection. */
export interface Surroundings {
  readonly state: StateDirectory
  readonly aws: () => AwsContext
  readonly commandLine: CommandLine
  readonly signal: AbortSignal
}

interface Account extends Pick<Examination, 'accountId' | 'region' | 'incomplete'>, Pick<Leftovers, 'leftovers'> {}

interface Machine extends Pick<Examination, 'incomplete'> {
  readonly jobs: readonly Job[]
  readonly foreign: readonly string[]
}

/**
 * Looks for what crashes left behind: temporary queues of the account and region by their tags, and the journals of this machine. What
 * cannot be looked at is `incomplete`, and the rest is told all the same. Changes nothing.
 */
export async function examine(surroundings: Surroundings): Promise<Examination> {
  const {incomplete, ...machine} = await lookAtMachine(surroundings)
  const {accountId, region, leftovers, incomplete: unseen} = await lookAtAccount(surroundings)
  const findings = findingsOf({...machine, leftovers}, surroundings.commandLine)
  return {accountId, region, findings, incomplete: [...incomplete, ...unseen]}
}

async function lookAtMachine({state, aws, signal}: Surroundings): Promise<Machine> {
  try {
    const {jobs} = await listEveryJob({state, aws, signal}, {local: true})
    const names = await readingState(state, () => namesIn(state.runs))
    const foreign = names.filter(name => jobOfFile(name) === undefined).map(name => path.join(state.runs, name))
    return {jobs, foreign: foreign.sort(), incomplete: []}
  } catch (error) {
    if (!(error instanceof OpsError && error.code === 'JournalUnreadable')) throw error
    return {jobs: [], foreign: [], incomplete: [`The journals of this machine were not looked at: ${error.message}`]}
  }
}

async function lookAtAccount({aws: connect, signal}: Surroundings): Promise<Account> {
  let region: string | null = null
  try {
    const aws = connect()
    region = aws.region
    const {accountId} = await aws.identity(signal)
    const {leftovers, unread} = await findLeftovers(aws, {signal})
    const incomplete = unread.map(
      ({name, error}) => `Whether ${name} is a temporary queue is not known: ${error.message}`,
    )
    return {accountId, region, leftovers, incomplete}
  } catch (error) {
    if (!isNoConnection(error) || signal.aborted) throw error
    return {accountId: null, region, leftovers: [], incomplete: [unasked(error)]}
  }
}

function unasked({message, suggestions}: OpsError): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`
  return [`Temporary queues were not looked for: ${sentence}`, ...suggestions.slice(0, 1)].join(' ')
}
