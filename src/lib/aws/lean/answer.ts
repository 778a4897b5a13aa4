import type {IncomingHttpHeaders} from 'node:http'

/** An HTTP answer, collected. */
export interface Answer {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** An answer that is none of SQS; translate.ts knows it by its `$metadata`, and the request's outcome is unknown. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
  readonly $metadata: {readonly httpStatusCode: number | undefined; readonly requestId: string | undefined}

  constructor(message: string, answer: {readonly statusCode?: number; readonly headers: IncomingHttpHeaders}) {
    super(message)
    this.$metadata = {httpStatusCode: answer.statusCode, requestId: requestIdOf(answer.headers)}
  }
}

/** The id under which AWS knows the request. */
export function requestIdOf(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-amzn-requestid'] ?? headers['x-amz-request-id']
  return typeof id === 'string' ? id : undefined
}
