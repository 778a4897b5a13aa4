import {AwsError} from '../../service.js'
import {batchEntryIdsNotDistinct, emptyBatchRequest, invalidBatchEntryId, tooManyEntries} from '../errors.js'
import {structures, text, type Input} from '../input.js'
import type {Queue} from '../queue.js'
import type {EntryFailure} from '../quirks.js'
import type {ActionContext, Output} from './context.js'

const MAX_ENTRIES = 10
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/

/** The entries of a batch, refused as a whole where there are none, too many, or their ids are malformed or repeated. */
export function batchEntries(input: Input, entryName: string): readonly Input[] {
  const entries = structures(input, 'Entries')
  if (entries.length === 0) throw emptyBatchRequest(entryName)
  if (entries.length > MAX_ENTRIES) throw tooManyEntries(entries.length)
  const ids = new Set<string>()
  for (const entry of entries) {
    const id = text(entry, 'Id') ?? ''
    if (!ENTRY_ID.test(id)) throw invalidBatchEntryId()
    if (ids.has(id)) throw batchEntryIdsNotDistinct(id)
    ids.add(id)
  }
  return entries
}

/** Runs each entry by itself: an AwsError of one becomes its `Failed` entry in the 200 that the batch answers. */
export function settleEntries(entries: readonly Input[], run: (entry: Input) => Output): Output {
  const successful: Output[] = []
  const failed: Output[] = []
  for (const entry of entries) {
    try {
      successful.push({Id: entry.Id, ...run(entry)})
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const {fault = 'Sender', queryCode = error.code} = error.options
      // Entries carry the codes of the query protocol in either protocol (recorded).
      failed.push({Id: entry.Id, SenderFault: fault === 'Sender', Code: queryCode, Message: error.message})
    }
  }
  return {...(successful.length > 0 && {Successful: successful}), ...(failed.length > 0 && {Failed: failed})}
}

/** Throws what the failEntries quirk prescribes for this message or entry. */
export function failByQuirk(context: ActionContext, action: EntryFailure['action'], queue: Queue): void {
  const failure = context.quirks.failureOf(action, queue.name)
  if (failure === undefined) return
  throw new AwsError(failure.code, failure.message, {
    status: failure.senderFault ? 400 : 500,
    fault: failure.senderFault ? 'Sender' : 'Receiver',
  })
}
