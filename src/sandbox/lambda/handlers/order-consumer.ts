import type {HandlerContext, LambdaHandler} from './handler.js'

/** Longer than any function may run. */
const FOREVER_MS = 3_600_000
const MILLISECONDS_AN_ORDER = 20

interface Letter {
  /** Absent where the event is the order itself. */
  readonly messageId: string | undefined
  readonly body: string
}

class SchemaValidationError extends Error {
  override readonly name = 'SchemaValidationError'
}

/**
 * Books the orders of an SQS or SNS event, or of an event that is an order. It goes by what the order says: text that is no JSON and a
 * quantity that is no number throw; `payment.method` "bank-offline" waits for a bank that never answers; a SKU that begins with `VAS-` is
 * answered as rejected, which Lambda takes for success, except that an SQS event gets it back as a batch item failure.
 */
export const orderConsumer: LambdaHandler = (event, context) => {
  const letters = lettersOf(event)
  const answers = letters.map(letter => ({letter, answer: book(letter.body, context)}))
  const rejected = answers.filter(({answer}) => answer.status === 'rejected')
  if (isSqs(event)) {
    return {batchItemFailures: rejected.map(({letter}) => ({itemIdentifier: letter.messageId}))}
  }
  return letters.length === 1 ? answers[0]?.answer : {orders: answers.map(({answer}) => answer)}
}

function book(
  body: string,
  context: HandlerContext,
): {readonly status: 'booked' | 'rejected'; readonly orderId: string | null; readonly error?: string} {
  const order = JSON.parse(body) as Record<string, unknown>
  const orderId = text(order.orderId) ?? null
  context.log(`order ${orderId ?? 'without an id'}`)
  context.spend(MILLISECONDS_AN_ORDER)
  for (const [position, item] of records(order.items).entries()) {
    if (item.quantity !== undefined && typeof item.quantity !== 'number') {
      throw new SchemaValidationError(`/items/${position}/quantity must be integer, got ${typeof item.quantity}`)
    }
    if (typeof item.sku === 'string' && item.sku.startsWith('VAS-')) {
      return {status: 'rejected', orderId, error: `UnknownSkuError: SKU ${item.sku} is not in the catalogue`}
    }
  }
  const {method} = (order.payment ?? {}) as Record<string, unknown>
  if (method === 'bank-offline') context.spend(FOREVER_MS)
  return {status: 'booked', orderId}
}

function lettersOf(event: unknown): readonly Letter[] {
  const {Records} = (event ?? {}) as Record<string, unknown>
  if (Records === undefined) return [{messageId: undefined, body: JSON.stringify(event)}]
  return records(Records).map(({messageId, body, Sns}) => {
    const {MessageId, Message} = (Sns ?? {}) as Record<string, unknown>
    return {messageId: text(messageId ?? MessageId), body: text(body ?? Message) ?? ''}
  })
}

function isSqs(event: unknown): boolean {
  const {Records} = (event ?? {}) as Record<string, unknown>
  return records(Records).some(({eventSource}) => eventSource === 'aws:sqs')
}

function records(value: unknown): readonly Record<string, unknown>[] {
  return (Array.isArray(value) ? (value as unknown[]) : []).filter(
    item => typeof item === 'object' && item !== null,
  ) as Record<string, unknown>[]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
