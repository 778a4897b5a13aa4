import type {MessageView} from '../../../src/lib/messages/message-view.js'

/** A message view as ReceiveMessage gives it, changed where a test says so. */
export function message(changes: Partial<MessageView> = {}): MessageView {
  return {
    messageId: '0a9c5c5e-6f3b-4a52-9a3c-0d8f6f1f8f11',
    body: '{"type":"order","id":42}',
    messageAttributes: {},
    attributes: {SentTimestamp: '1767225600000', ApproximateReceiveCount: '4'},
    sentAt: '2026-01-01T00:00:00.000Z',
    approximateReceiveCount: 4,
    ...changes,
  }
}
