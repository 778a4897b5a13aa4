import {failpoint} from '../../failpoint.js'
import {backoffMs} from './backoff.js'
import {failureOf} from './classify.js'
import type {WholeMessage} from './options.js'
import {MAX_ENTRIES} from './outgoing.js'
import type {EntryResult} from './ports.js'
import type {Run} from './run.js'

const ATTEMPTS = 4

/** Deletes from the source, by the newest handle, messages whose copies are verified; every entry of every answer is checked. */
export class Removal {
  constructor(private readonly run: Run) {}

  /** What cannot be deleted now stays `sent`: it is deleted when it comes again, and listed if it does not. */
  async remove(messageIds: readonly string[]): Promise<void> {
    for (let start = 0; start < messageIds.length; start += MAX_ENTRIES) {
      await this.removeBatch(messageIds.slice(start, start + MAX_ENTRIES))
    }
  }

  /** Deletes messages that are to have no copy: backed up and recorded first. */
  async discard(messages: readonly WholeMessage[]): Promise<void> {
    const {run} = this
    if (messages.length === 0 || run.stopped) return
    const messageIds = messages.map(message => message.MessageId)
    try {
      await run.options.backup?.append(messages)
      await run.options.journal.discarded(messageIds)
    } catch (error) {
      run.fail({...failureOf(error), kind: 'fatal'})
      return
    }
    for (const messageId of messageIds) run.ledger.set(messageId, 'discarded')
    await this.remove(messageIds)
  }

  /** Messages whose copies are there, and which neither we nor the source hold any more, are deleted. */
  async confirmGone(): Promise<void> {
    const {ledger} = this.run
    const gone = [...ledger.undeleted()].map(([messageId]) => messageId).filter(id => ledger.handle(id) === undefined)
    for (let start = 0; start < gone.length; start += MAX_ENTRIES)
      await this.record(gone.slice(start, start + MAX_ENTRIES))
  }

  private async removeBatch(batch: readonly string[]): Promise<void> {
    const {clock, random} = this.run.options
    let pending = batch
    for (let attempt = 0; attempt < ATTEMPTS && pending.length > 0; attempt++) {
      if (attempt > 0) await clock.sleep(backoffMs(attempt, random), this.run.signal)
      pending = await this.attempt(pending)
    }
  }

  /** Returns those that are worth another attempt. */
  private async attempt(batch: readonly string[]): Promise<string[]> {
    const {run} = this
    const handles = batch.map(messageId => ({messageId, receiptHandle: run.ledger.handle(messageId) ?? ''}))
    try {
      run.requests++
      failpoint('beforeDelete')
      const results = await run.options.source.remove(handles)
      failpoint('afterDeleteReply')
      await this.record(batch.filter((_, index) => results[index]?.ok === true))
      return this.failed(batch, results)
    } catch (error) {
      const failure = failureOf(error)
      if (failure.kind === 'fatal') run.fail(failure)
      run.stopRule.expectReturn(run.options.clock.now())
      return failure.kind === 'fatal' ? [] : [...batch]
    }
  }

  private failed(batch: readonly string[], results: readonly EntryResult[]): string[] {
    const {run} = this
    const failed = batch.flatMap((messageId, index) =>
      results[index]?.ok === true ? [] : [{messageId, result: results[index]}],
    )
    if (failed.length > 0) run.stopRule.expectReturn(run.options.clock.now())
    const passing = failed
      .filter(({result}) => result?.ok !== false || !result.senderFault)
      .map(({messageId}) => messageId)
    // A refused handle is no hold: the message is waited for as one that is in flight elsewhere.
    for (const {messageId} of failed) if (!passing.includes(messageId)) run.ledger.letGo(messageId)
    return passing
  }

  private async record(messageIds: readonly string[]): Promise<void> {
    const {run} = this
    if (messageIds.length === 0) return
    for (const messageId of messageIds) {
      const {first, copy, discarded} = run.ledger.deleted(messageId)
      if (first && discarded) run.tally.discarded(messageId)
      else if (first) run.tally.moved(messageId, copy ?? '')
    }
    try {
      await run.options.journal.deleted(messageIds)
    } catch (error) {
      run.fail({...failureOf(error), kind: 'fatal'})
    }
  }
}
