import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {onTestFinished} from 'vitest'
import type {NewRun} from '../../../src/lib/redrive/journal/open-journal.js'
import {createJournal} from '../../../src/lib/redrive/journal/open-journal.js'
import type {EndState, RunTotals} from '../../../src/lib/redrive/journal/records.js'
import type {RunJournal} from '../../../src/lib/redrive/journal/run-journal.js'
import type {StateDirectory} from '../../../src/lib/redrive/journal/state-directory.js'
import {stateDirectoryAt} from '../../../src/lib/redrive/journal/state-directory.js'
import {messageId, START_MS, TOTALS} from '../redrive/journal/samples.js'

export {messageId, TOTALS} from '../redrive/journal/samples.js'

export const DLQ = 'arn:aws:sqs:us-east-1:000000000000:orders-dlq'
export const ORDERS = 'arn:aws:sqs:us-east-1:000000000000:orders'

/** What happens to the messages of these numbers; `sent` can name the number of each copy. */
export type Step =
  | readonly ['intent' | 'rejected' | 'unknown' | 'deleted' | 'discarded', ...number[]]
  | readonly ['sent' | 'unverified', ...(readonly [message: number, copy: number])[]]

export interface Scene extends Partial<Omit<NewRun, 'snapshot'>> {
  readonly steps?: readonly Step[]
  /** How it ends by itself; without it, it was killed. */
  readonly end?: EndState
  /** What it counted by then; those of the samples, unless said. */
  readonly totals?: RunTotals
  /** After the start of the samples, 04:12:33. */
  readonly minute?: number
  /** Leaves the journal open, so that this process runs the job. */
  readonly running?: boolean
}

/** The state directory inside an `XDG_STATE_HOME` that is gone after the test, or when `atEnd` says. */
export async function temporaryHome(
  atEnd: (cleanUp: () => Promise<void>) => void = onTestFinished,
): Promise<{home: string; state: StateDirectory}> {
  const home = await mkdtemp(path.join(tmpdir(), 'msgops-jobs-'))
  atEnd(() => rm(home, {recursive: true, force: true}))
  return {home, state: stateDirectoryAt(path.join(home, 'msgops'))}
}

/** Writes the journal of a run from the sandbox's `orders-dlq` to `orders`. */
export async function writeRun(state: StateDirectory, scene: Scene = {}): Promise<RunJournal> {
  const {steps = [], end, totals = TOTALS, minute = 0, running = false, ...header} = scene
  let clock = START_MS + minute * 60_000
  const journal = await createJournal(
    {
      kind: 'redrive',
      account: '000000000000',
      region: 'us-east-1',
      source: DLQ,
      routes: [{to: ORDERS}],
      selectionHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      mode: 'move',
      fifo: false,
      deduplication: 'rd-sha256-source-message-id',
      ...header,
      snapshot: [],
    },
    {state, version: '0.1.0', now: () => (clock += 1000) - 1000},
  )
  for (const step of steps) await take(journal, step)
  if (end !== undefined) await journal.end(end, totals)
  if (!running) await journal.close()
  return journal
}

async function take(journal: RunJournal, step: Step): Promise<void> {
  if (step[0] === 'sent' || step[0] === 'unverified') {
    const [state, ...pairs] = step
    await journal.outcome(
      pairs.map(([message, copy]) => ({messageId: messageId(message), state, newMessageId: messageId(copy)})),
    )
    return
  }
  const [what, ...numbers] = step
  const ids = numbers.flatMap(number => (typeof number === 'number' ? [messageId(number)] : []))
  if (what === 'intent') await journal.intent(ids)
  else if (what === 'deleted') await journal.deleted(ids)
  else if (what === 'discarded') await journal.discarded(ids)
  else await journal.outcome(ids.map(id => ({messageId: id, state: what})))
}
