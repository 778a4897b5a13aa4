import type {ExitCode as Code} from '../ops-error.js'
import {ExitCode} from '../ops-error.js'
import type {Incomplete} from './delivery-targets.js'
import type {TopicList} from './list-topics.js'
import type {BatchResult} from './publish-batch.js'
import type {CleanedLeftover, Leftover} from './tail/leftovers.js'
import type {TailLeft} from './tail/tail-topic.js'

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
    ...(notPublished > 0 ? [`${notPublished} were not sent`] : []),
  ]
  return {
    warnings: [
      `${published} of ${total} messages were published; ${counts.join(', ')}.`,
      ...(unknown > 0
        ? ['What is unknown may be with the subscribers already: look there before you publish it again.']
        : []),
    ],
    notes: [],
    exitCode: ExitCode.partial,
  }
}

/** What a tail could not remove, and how to. */
export function leftBehindWarnings(left: readonly TailLeft[]): string[] {
  if (left.length === 0) return []
  return [
    ...left.map(({what, name, message}) => `The temporary ${what} ${name} could not be removed: ${message}`),
    'msgops topic tail --clean-up removes it later.',
  ]
}

/** Leftovers of tails that ended without their clean-up, for a note before another tail. */
export function leftoverNotes(leftovers: readonly Leftover[]): string[] {
  const abandoned = leftovers.filter(leftover => leftover.abandoned)
  if (abandoned.length === 0) return []
  const [one] = abandoned
  const what =
    abandoned.length === 1
      ? `The temporary queue ${one?.queue.name ?? ''} was`
      : `${abandoned.length} temporary queues were`
  return [`${what} left behind by an earlier tail; msgops topic tail --clean-up removes it with its subscription.`]
}

/** Partial (exit 3) when a leftover could not be removed. */
export function cleanUpReport(leftovers: readonly CleanedLeftover[]): Report {
  const failed = leftovers.filter(({state}) => state === 'failed')
  return {
    warnings: failed.map(({queue, error}) => `${queue.name} could not be removed: ${error?.message ?? ''}`),
    notes: [],
    exitCode: failed.length > 0 ? ExitCode.partial : undefined,
  }
}
