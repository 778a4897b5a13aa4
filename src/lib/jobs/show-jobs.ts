import {ExitCode, OpsError} from '../ops-error.js'
import type {JobSources} from './list-jobs.js'
import {readArgument, whichJob} from './job-argument.js'
import type {MergedJobs} from './merge.js'
import {mergeJobs} from './merge.js'
import type {JobDetail} from './show-job.js'
import {showJournal, showTask} from './show-job.js'

export type Shown =
  {readonly kind: 'job'; readonly detail: JobDetail} | {readonly kind: 'merged'; readonly merged: MergedJobs}

/** Shows the one job that JOB or `--dlq` means, or merges several journals; throws `UsageError` (exit 2) for neither and for a move task among several. */
export async function showJobs(texts: readonly string[], dlq: string | undefined, sources: JobSources): Promise<Shown> {
  const {aws, signal, state, inUse} = sources
  const [first, second] = texts
  if (first === undefined) {
    if (dlq === undefined) throw whichJob()
    return {kind: 'job', detail: await showTask(aws(), {dlq, signal, inUse})}
  }
  if (second === undefined) {
    const argument = await readArgument(first, state)
    const detail =
      argument.kind === 'journal'
        ? await showJournal(argument, sources)
        : await showTask(aws(), {task: argument, dlq, signal, inUse})
    return {kind: 'job', detail}
  }
  const journals = []
  for (const text of texts) {
    const argument = await readArgument(text, state)
    if (argument.kind === 'task') throw usage('A move task has no journal and cannot be merged with others')
    journals.push(argument)
  }
  return {kind: 'merged', merged: await mergeJobs(journals, sources)}
}

function usage(message: string): OpsError {
  return new OpsError(message, {
    code: 'UsageError',
    exitCode: ExitCode.usage,
    suggestions: ['List the jobs with: msgops job list'],
  })
}
