import {stateDirectoryAt} from '../../../../src/lib/redrive/journal/state-directory.js'
import {createJournal, resumeJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import type {NewRun} from '../../../../src/lib/redrive/journal/open-journal.js'
import type {RunJournal} from '../../../../src/lib/redrive/journal/run-journal.js'

/** A process of its own that writes a journal; what it prints, a JSON value a line, is what it knows to be durable. */
export interface WriterOrder {
  /** `write`: until it is killed. `fill`: until the disk is full, then outcomes and an end. `hold`: nothing more. */
  readonly task: 'write' | 'fill' | 'hold'
  readonly root: string
  readonly run: NewRun
  /** A job to go on with. */
  readonly job?: string
  /** Of the first message. */
  readonly firstNumber: number
}

export type WriterReport =
  | {readonly job: string}
  | {readonly claim: 'intent' | 'sent' | 'rejected' | 'unknown'; readonly ids: readonly string[]}
  | {readonly refused: string; readonly message: string}
  | {readonly failed: string}

const OUTCOMES = ['sent', 'sent', 'rejected', 'unknown'] as const

const order = JSON.parse(process.argv[2] ?? '{}') as WriterOrder
const options = {state: stateDirectoryAt(order.root), version: '0.1.0'}
let number = order.firstNumber

function report(line: WriterReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function nextIds(count: number): string[] {
  return Array.from({length: count}, () => `5fea7756-0ea4-451a-a703-${(number++).toString(16).padStart(12, '0')}`)
}

async function writeForever(journal: RunJournal): Promise<never> {
  for (let turn = 0; ; turn++) {
    const ids = nextIds(1 + (turn % 10))
    await journal.intent(ids)
    report({claim: 'intent', ids})
    if (turn % 7 === 0) continue
    const state = OUTCOMES[turn % OUTCOMES.length] ?? 'unknown'
    await journal.outcome(
      ids.map(messageId => ({messageId, state, newMessageId: state === 'sent' ? messageId : undefined})),
    )
    report({claim: state, ids})
    if (state === 'sent') await journal.deleted(ids)
  }
}

async function fill(journal: RunJournal): Promise<void> {
  const open: string[] = []
  try {
    for (;;) {
      const ids = nextIds(10)
      await journal.intent(ids)
      open.push(...ids)
    }
  } catch (error) {
    report({refused: (error as {code: string}).code, message: (error as Error).message})
  }
  for (const messageId of open) {
    await journal.outcome([{messageId, state: 'sent', newMessageId: messageId}])
    report({claim: 'sent', ids: [messageId]})
  }
  await journal.end('stopped', {
    selected: 0,
    moved: open.length,
    skipped: 0,
    failed: 0,
    left: 0,
    possibleDuplicates: 0,
    discarded: 0,
  })
  await journal.close()
}

async function main(): Promise<void> {
  const journal =
    order.job === undefined
      ? await createJournal(order.run, options)
      : (await resumeJournal(order.job, order.run, options)).journal
  report({job: journal.job})
  if (order.task === 'fill') await fill(journal)
  if (order.task === 'write') await Promise.all(Array.from({length: 6}, () => writeForever(journal)))
  if (order.task === 'hold') setInterval(() => undefined, 60_000)
}

main().catch((error: unknown) => {
  report({failed: (error as {code?: string}).code ?? String(error)})
  process.exitCode = 1
})
