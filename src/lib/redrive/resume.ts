import path from 'node:path'
import {ExitCode, OpsError} from '../ops-error.js'
import {readEnds} from './journal/job-file.js'
import {jobFile} from './journal/job-id.js'
import {errnoOf, jobCancelled, jobDoesNotExist} from './journal/journal-errors.js'
import type {StateDirectory} from './journal/state-directory.js'
import type {RedriveRequest} from './request.js'

/** What a job was asked to do, and where. */
export interface ResumableJob {
  /** ARN of the dead-letter queue. */
  readonly source: string
  readonly account: string
  readonly region: string
  readonly request: RedriveRequest
}

/**
 * Reads from its journal what a client redrive was asked to do; throws `JobDoesNotExist` (exit 5),
 * `JobCancelled` (exit 7), and `JobNotResumable` (exit 7) where the journal does not say. Whether it is still the same redrive is settled when the journal is opened again.
 */
export async function readResumableJob(job: string, state: StateDirectory): Promise<ResumableJob> {
  const file = jobFile(job, state.runs)
  const {header, ended} = await readEnds(file).catch((error: unknown) => {
    throw errnoOf(error) === 'ENOENT' ? jobDoesNotExist(job, state.runs) : error
  })
  if (ended?.state === 'cancelled') throw jobCancelled(job)
  const {source, account, region, request} = header
  if (header.kind !== 'redrive' || request === undefined) {
    throw new OpsError(`The journal ${path.basename(file)} does not say what was asked, so ${job} cannot be resumed`, {
      code: 'JobNotResumable',
      exitCode: ExitCode.refused,
      suggestions: [`What it did: msgops job show ${job}`],
    })
  }
  // Written by this schema's own version of the request, whose fields the journal's checksum covers.
  return {source, account, region, request: {...(request as unknown as RedriveRequest), engine: 'client'}}
}
