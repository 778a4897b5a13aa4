import type {MessageView} from '../messages/message-view.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueAttributes, RedrivePolicy} from './queue-attributes.js'
import type {QueueRef} from './queue-ref.js'

/**
 * Refuses (exit 7) to receive from a queue where any receive is a message's last: with maxReceiveCount 1 the look itself uses it up,
 * and the consumer's next receive moves the message to the dead-letter queue unprocessed (redrive.md, catalogue 49).
 */
export function assertPeekLeavesReceives(queue: QueueRef, {redrivePolicy}: QueueAttributes): void {
  if (redrivePolicy === undefined || redrivePolicy.maxReceiveCount > 1) return
  throw new OpsError(
    `A peek of ${queue.name} would use up the only receive its messages have (maxReceiveCount ${redrivePolicy.maxReceiveCount}): ` +
      `the next receive by a consumer would move them to ${targetName(redrivePolicy)} unprocessed`,
    {
      code: 'PeekWouldDeadLetter',
      exitCode: ExitCode.refused,
      suggestions: ['Nothing was received. Peek all the same with --force.'],
    },
  )
}

/** Whether the next receive of this message would move it to the dead-letter queue instead of returning it. */
export function isAtReceiveLimit(message: MessageView, redrivePolicy: RedrivePolicy | undefined): boolean {
  return redrivePolicy !== undefined && (message.approximateReceiveCount ?? 0) >= redrivePolicy.maxReceiveCount
}

/** The queue name at the end of the redrive policy's ARN. */
export function targetName({deadLetterTargetArn}: RedrivePolicy): string {
  return deadLetterTargetArn.slice(deadLetterTargetArn.lastIndexOf(':') + 1)
}
