import type {JournalHeader} from '../redrive/journal/header.js'
import {damageAdvice} from '../redrive/journal/journal-errors.js'
import {shellQuote} from '../shell-quote.js'
import type {ConnectionInUse} from './connection.js'
import {resumeWords} from './connection.js'
import type {Job} from './job.js'

/** What can be done about a client job, a sentence or a command each, the first thing first. */
export function nextOfClient(
  job: Job,
  {
    header,
    doubts,
    isOwn,
    inUse,
  }: {header: JournalHeader | undefined; doubts: number; isOwn: boolean; inUse?: ConnectionInUse | undefined},
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
        ...(header === undefined ? [] : [`Go on: ${resumeWords(header, inUse).map(shellQuote).join(' ')}`]),
        `Give it up: msgops job cancel ${id ?? ''}`,
      ]
    case 'damaged':
      return [...damageAdvice(path ?? id ?? ''), ...look]
    case 'failed':
      return ['Nothing was sent or discarded: correct what stopped it and start the redrive again.', ...look]
    default:
      return look
  }
}

/** The same for a move task; `dlq` is the name of its queue, `flags` what the next command has to say of the connection. */
export function nextOfNative(job: Job, dlq: string, flags = ''): string[] {
  const queue = `${dlq}${flags}`
  if (job.state === 'running')
    return [`Follow it: msgops dlq redrive ${dlq} --attach${flags}`, `Stop it: msgops job cancel --dlq ${queue}`]
  if (job.state === 'cancelling') return [`Follow it: msgops dlq redrive ${dlq} --attach${flags}`]
  if (job.state === 'failed' || job.state === 'cancelled')
    return [`Redrive what is left: msgops dlq redrive ${dlq} --dry-run${flags}`]
  return []
}
