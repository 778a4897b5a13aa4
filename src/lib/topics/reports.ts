import type {ExitCode as Code} from '../ops-error.js'
import {ExitCode} from '../ops-error.js'
import type {Incomplete} from './delivery-targets.js'
import type {TopicList} from './list-topics.js'
import type {BatchResult} from './publish-batch.js'
import type {CleanUp} from './tail/clean-up.js'
import type {Leftover} from './tail/leftovers.js'

/** What a command says about a result beside the result itself. `exitCode` is undefined where the frame's own code is right. */
export interface Report {
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
  readonly exitCode?: Code
}

/** Partial (exit 3) when the attributes of a topic were denied; says when the limit cut the list. */
export function listReport({topics, truncated}: TopicList): Report {
  const unread = topics.filter(topic => topic.error !== undefined)
  return {
    warnings: unread.map(({name, error}) => `The attributes of ${name} could not be read: ${error?.message ?? ''}`),
    notes: truncated ? [`There are more topics than the ${topics.length} listed; raise --limit or leave it out.`] : [],
    exitCode: unread.length > 0 ? ExitCode.partial : undefined,
  }
}

/** Partial (exit 3) when a part of the topic, or a queue that it delivers to, could not be read. */
export function incompleteReport({incomplete}: {readonly incomplete: readonly Incomplete[]}): Report {
  return {
    warnings: incomplete.map(({part, message}) => `Not read, ${part}: ${message}`),
    notes: [],
    exitCode: incomplete.length > 0 ? ExitCode.partial : undefined,
  }
}

/** Partial (exit 3) when a line of a batch was not published, or it is not known whether it was. */
export function batchReport({total, published, failed, unknown, notPublished, dryRun}: BatchResult): Report {
  const left = total - published
  if (dryRun || left === 0) return {warnings: [], notes: []}
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unknown > 0 ? [`of ${unknown} it is not known`] : []),
    ...(notPublished > 0 ? [`${notPublished} ${notPublished === 1 ? 'was' : 'were'} not sent`] : []),
  ]
  return {
    warnings: [
      `${published} of ${total} ${total === 1 ? 'message was' : 'messages were'} published; ${counts.join(', ')}.`,
      ...(unknown > 0
        ? ['What is unknown may be with the subscribers already: look there before you publish it again.']
        : []),
    ],
    notes: [],
    exitCode: ExitCode.partial,
  }
}

/** Leftovers that nobody ended, for a note before another tail; `cleanUp` is the command line that removes them. */
export function leftoverNotes(leftovers: readonly Leftover[], cleanUp: string): string[] {
  const [one, ...others] = leftovers.filter(leftover => leftover.abandoned)
  if (one === undefined) return []
  const notes =
    others.length === 0
      ? `The temporary queue ${one.queue.name} was left behind; ${cleanUp} removes it with its subscription.`
      : `${others.length + 1} temporary queues were left behind; ${cleanUp} removes them with their subscriptions.`
  return [notes]
}

/** Partial (exit 3) when a leftover could not be removed, a clean-up was stopped before the end, or of a queue it is not known whether it is one. */
export function cleanUpReport({leftovers, unread, dryRun}: CleanUp): Report {
  const failed = leftovers.filter(({state}) => state === 'failed')
  const stopped = dryRun ? 0 : leftovers.filter(({state}) => state === 'planned').length
  return {
    warnings: [
      ...failed.map(({queue, error}) => `${queue.name} could not be removed: ${error?.message ?? ''}`),
      ...unread.map(
        ({name, error}) =>
          `Whether ${name} is a temporary queue is not known, because its tags could not be read: ${error.message}`,
      ),
      ...(stopped > 0 ? [`Stopped before the end: ${stopped} of ${leftovers.length} still there.`] : []),
    ],
    notes: [],
    exitCode: failed.length + unread.length + stopped > 0 ? ExitCode.partial : undefined,
  }
}
