import {newMessageId, nextSequenceNumber, StoredMessage} from './message.js'
import type {Queue} from './queue.js'
import type {World} from './store.js'

/**
 * Moves a message that was received `maxReceiveCount` times to the dead-letter queue; true when it went. It keeps its MessageId,
 * content, receive count and SentTimestamp and gains DeadLetterQueueSourceArn. Without a dead-letter queue (deleted since) the message
 * stays and is delivered: AWS does not say, and keeping it is the side on which nothing is lost.
 */
export function deadLetter(world: World, source: Queue, message: StoredMessage, nowMs: number): boolean {
  const policy = source.settings.redrivePolicy
  if (policy === undefined || message.receivesHere < policy.maxReceiveCount) return false
  const target = world.queueByArn(policy.deadLetterTargetArn)
  if (target?.fifo !== source.fifo) return false
  const moved = new StoredMessage(
    message.content,
    message.messageId,
    message.sentAtMs,
    // "Standard: DLQ keeps the original enqueue time; FIFO: reset on move" (developer guide, retention of dead-letter queues). That
    // SentTimestamp itself stays on FIFO is our reading: an expiry computed from it is then early, never late.
    target.fifo ? nowMs : message.retainedFromMs,
    // Developer guide: a FIFO dead-letter queue replaces the deduplication id by the message id.
    target.fifo ? message.messageId : undefined,
    target.fifo ? nextSequenceNumber() : undefined,
  )
  moved.receiveCount = message.receiveCount
  moved.firstReceivedAtMs = message.firstReceivedAtMs
  moved.deadLetterQueueSourceArn = source.arn
  source.remove(message)
  target.settle(nowMs)
  target.add(moved, 0, nowMs)
  return true
}

/** Moves a message back out of a dead-letter queue: same content, new MessageId, new SentTimestamp, receive count anew. */
export function redrive(source: Queue, destination: Queue, message: StoredMessage, nowMs: number): void {
  const moved = new StoredMessage(
    message.content,
    newMessageId(),
    nowMs,
    nowMs,
    message.deduplicationId,
    destination.fifo ? nextSequenceNumber() : undefined,
  )
  source.remove(message)
  destination.settle(nowMs)
  destination.add(moved, nowMs + destination.settings.delaySeconds * 1000, nowMs)
  if (destination.fifo && moved.deduplicationId !== undefined && moved.sequenceNumber !== undefined) {
    // Remembered but never asked: swallowing a redriven message would lose it.
    destination.deduplication.sends.remember(
      deduplicationKey(destination, message.content.groupId, moved.deduplicationId),
      {messageId: moved.messageId, sequenceNumber: moved.sequenceNumber},
      nowMs,
    )
  }
}

/** Deduplication ids count for the whole queue, or for each group where DeduplicationScope says so. */
export function deduplicationKey(queue: Queue, groupId: string | undefined, deduplicationId: string): string {
  return queue.settings.deduplicationScope === 'messageGroup' ? `${groupId ?? ''}\n${deduplicationId}` : deduplicationId
}
