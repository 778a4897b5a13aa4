import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageBatchRequest,
  SendMessageBatchResult,
} from '@aws-sdk/client-sqs'

export interface LeanCallOptions {
  /** Ends the call with an AbortError, which says nothing of whether it took effect. */
  readonly signal?: AbortSignal
}

/** Without the member that MessageSystemAttributeNames has replaced. */
export type LeanReceiveRequest = Omit<ReceiveMessageRequest, 'AttributeNames'>

/**
 * The calls that move messages, with the SDK's types. One request each, never repeated once it can have taken effect: a call resolves
 * with the answer as it came, unverified, or rejects with an AwsOpsError whose `outcome` says whether it can have taken effect, with an
 * OpsError when a guard refused it, or with an AbortError. A 200 is no success: the entries of a batch have each their own result.
 */
export interface LeanSqs {
  receiveMessage(input: LeanReceiveRequest, options?: LeanCallOptions): Promise<ReceiveMessageResult>
  sendMessageBatch(input: SendMessageBatchRequest, options?: LeanCallOptions): Promise<SendMessageBatchResult>
  deleteMessageBatch(input: DeleteMessageBatchRequest, options?: LeanCallOptions): Promise<DeleteMessageBatchResult>
  changeMessageVisibilityBatch(
    input: ChangeMessageVisibilityBatchRequest,
    options?: LeanCallOptions,
  ): Promise<ChangeMessageVisibilityBatchResult>
  getQueueAttributes(input: GetQueueAttributesRequest, options?: LeanCallOptions): Promise<GetQueueAttributesResult>
}

/** LeanSqs with a connection pool of its own. */
export interface LeanSqsClient extends LeanSqs {
  /** Closes the connections; idle ones keep no process alive. */
  close(): void
}

/** An operation of LeanSqs as AWS spells it. */
export type LeanOperation =
  'ReceiveMessage' | 'SendMessageBatch' | 'DeleteMessageBatch' | 'ChangeMessageVisibilityBatch' | 'GetQueueAttributes'
