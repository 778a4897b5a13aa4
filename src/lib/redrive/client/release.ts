import {failpoint} from '../../failpoint.js'
import {plainCode} from './classify.js'
import {VISIBILITY_SECONDS} from './options.js'
import {MAX_ENTRIES} from './outgoing.js'
import type {EntryResult, Handle} from './ports.js'
import type {Run} from './run.js'

const ATTEMPTS = 3

/** Makes every message that is still held visible again; what cannot be given back is reported, and returns when its time is up. */
export function releaseHeld(run: Run): Promise<void> {
  return release(run, run.ledger.heldIds())
}

/** The same, of some of them. */
export async function release(run: Run, messageIds: readonly string[]): Promise<void> {
  const handles = messageIds.map(messageId => ({messageId, receiptHandle: run.ledger.handle(messageId) ?? ''}))
  let released = 0
  for (let start = 0; start < handles.length; start += MAX_ENTRIES) {
    released += await releaseBatch(run, handles.slice(start, start + MAX_ENTRIES))
  }
  if (released > 0) run.events.put({event: 'released', count: released})
}

async function releaseBatch(run: Run, batch: readonly Handle[]): Promise<number> {
  let pending = batch
  let results: readonly EntryResult[] = []
  for (let attempt = 0; attempt < ATTEMPTS && pending.length > 0; attempt++) {
    const asked = pending
    results = await attemptRelease(run, asked)
    const failed = asked.filter((_, index) => !isBack(results[index]))
    results = results.filter(result => !isBack(result))
    for (const handle of asked) if (!failed.includes(handle)) run.ledger.letGo(handle.messageId)
    pending = failed
  }
  pending.forEach(({messageId}, index) => {
    const result = results[index]
    const why = result?.ok === false ? result : {code: 'NoAnswer', message: 'the answer does not name the message'}
    run.events.put({
      event: 'failed',
      messageId,
      stage: 'release',
      code: why.code,
      message: `${why.message}; it is visible again within ${VISIBILITY_SECONDS} s`,
    })
  })
  return batch.length - pending.length
}

async function attemptRelease(run: Run, batch: readonly Handle[]): Promise<readonly EntryResult[]> {
  try {
    run.requests++
    failpoint('beforeRelease')
    const results = await run.options.source.setVisibility(batch, 0)
    failpoint('afterRelease')
    return results
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return batch.map(() => ({ok: false, code: 'ReleaseFailed', message, senderFault: false}))
  }
}

// Not in flight: its visibility has already ended, so it is where it should be.
function isBack(result: EntryResult | undefined): boolean {
  return result?.ok === true || (result?.ok === false && plainCode(result.code) === 'MessageNotInflight')
}
