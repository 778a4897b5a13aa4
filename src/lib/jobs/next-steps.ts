import type {JournalHeader} from '../redrive/journal/header.js'
import type {Job} from './job.js'

/** The words that continue a job, with the connection it is bound to; to be quoted for a shell where they are shown. */
export function resumeWords({
  job,
  profile,
  region,
  endpoint,
}: Pick<JournalHeader, 'job' | 'profile' | 'region' | 'endpoint'>): string[] {
  return ['msgops', 'job', 'resume', job, ...connectionWords({profile, region, endpoint})]
}

/** The flags of a connection: the profile by name, the region, the origin of an endpoint that is not AWS's own. */
export function connectionWords({
  profile,
  region,
  endpoint,
}: {
  profile?: string | undefined
  region?: string | undefined
  endpoint?: string | undefined
}): string[] {
  return [
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(region === undefined ? [] : ['--region', region]),
    ...(endpoint === undefined ? [] : ['--endpoint-url', endpoint]),
  ]
}

/** What can be done about a client job, a sentence or a command each, the first thing first. */
export function nextOfClient(
  job: Job,
  {header, doubts, isOwn}: {header: JournalHeader | undefined; doubts: number; isOwn: boolean},
): string[] {
  const look =
    doubts > 0 ? ['Look into the destination for the copies of the messages listed before redriving them again.'] : []
  if (!isOwn) return [...look, 'Resume and cancel work on the machine where the journal is written.']
  const {job: id, path} = job
  switch (job.state) {
    case 'running':
      return [`Stop it: msgops job cancel ${id ?? ''}`]
    case 'unknown':
      return ['It can be resumed when its process has certainly ended.']
    case 'interrupted':
      return [
        ...(header === undefined ? [] : [`Go on: ${resumeWords(header).map(quoted).join(' ')}`]),
        `Give it up: msgops job cancel ${id ?? ''}`,
      ]
    case 'damaged':
      return [`See what is damaged: msgops job verify ${quoted(path ?? id ?? '')}`, ...look]
    default:
      return look
  }
}

/** The same for a move task; `dlq` is the name of its queue. */
export function nextOfNative(job: Job, dlq: string): string[] {
  if (job.state === 'running')
    return [`Follow it: msgops dlq redrive ${dlq} --attach`, `Stop it: msgops job cancel --dlq ${dlq}`]
  if (job.state === 'cancelling') return [`Follow it: msgops dlq redrive ${dlq} --attach`]
  if (job.state === 'failed' || job.state === 'cancelled')
    return [`Redrive what is left: msgops dlq redrive ${dlq} --dry-run`]
  return []
}

// What comes from a journal of elsewhere may hold anything.
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
