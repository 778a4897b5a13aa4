/** What AWS's FailureReason of a move task means and what to do (SQS developer guide, "Troubleshooting dead-letter queue redrive"). */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  AccessDenied:
    'the caller may not do all of it: sqs:ReceiveMessage and sqs:DeleteMessage on the dead-letter queue, sqs:SendMessage on the destination, and the KMS keys of both; a queue policy that admits only a VPC endpoint needs an exception for aws:CalledViaLast',
  CouldNotDetermineMessageSource:
    'a message did not come here from an SQS queue (it was sent directly, or by SNS, EventBridge or Lambda), so AWS cannot know where it belongs: name a queue with --to',
  NonExistentQueue: 'the destination has been deleted: what was not moved is still in the dead-letter queue',
  KmsAccessDenied:
    'the caller may not use the KMS key of one of the queues: kms:Decrypt on the source, kms:GenerateDataKey and kms:Decrypt on the destination',
}

/** AWS's word for why a move task failed, with what it means where that is known. */
export function explainFailureReason(reason: string | undefined): string {
  if (reason === undefined || reason === '') return 'AWS gave no reason'
  const code = reason.slice(reason.lastIndexOf('.') + 1).split(/[\s:]/)[0] ?? ''
  const explanation = EXPLANATIONS[code]
  return explanation === undefined ? reason : `${reason}: ${explanation}`
}
