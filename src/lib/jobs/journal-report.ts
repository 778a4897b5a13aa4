import type {MessageState} from '../redrive/client/journal.js'
import {OpsError} from '../ops-error.js'
import type {JournalHeader} from '../redrive/journal/header.js'
import {recoverFile} from '../redrive/journal/recovery.js'
import type {JournalProblem} from '../redrive/journal/verify.js'
import {verifyJournal} from '../redrive/journal/verify.js'
import type {Doubt} from './doubt.js'
import {doubtOf, doubtsOf, underWay} from './doubt.js'

/** What a journal says of its messages, read from its first byte to its last. */
export interface JournalReport {
  readonly header: JournalHeader | undefined
  readonly verdict: 'whole' | 'torn' | 'damaged'
  readonly tornBytes: number
  /** Messages by the state they are in. */
  readonly messages: Readonly<Record<MessageState, number>>
  /** Sends that wait for their answer; of a job that is not running they are possible duplicates. */
  readonly underWay: number
  readonly possibleDuplicates: readonly Doubt[]
  readonly problems: readonly JournalProblem[]
  readonly problemsLeftOut: number
}

/** Reads a journal to its end; of a damaged one, what the lines tell that can be read. Throws `UnsafeFile` and the system's errors. */
export async function readJournal(file: string, {running}: {running: boolean}): Promise<JournalReport> {
  try {
    const {header, states, tornBytes} = await recoverFile(file)
    return {
      header,
      verdict: tornBytes > 0 ? 'torn' : 'whole',
      tornBytes,
      messages: states.counts,
      underWay: running ? underWay(states) : 0,
      possibleDuplicates: doubtsOf(states, header, {running}),
      problems: [],
      problemsLeftOut: 0,
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error
    const {header, verdict, tornBytes, messages, possibleDuplicates, problems, problemsLeftOut} =
      await verifyJournal(file)
    return {
      header,
      verdict,
      tornBytes,
      messages,
      underWay: 0,
      possibleDuplicates: possibleDuplicates.map(doubtOf),
      problems,
      problemsLeftOut,
    }
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof OpsError && (error.code === 'JournalDamaged' || error.code === 'JournalSchemaUnknown')
}
