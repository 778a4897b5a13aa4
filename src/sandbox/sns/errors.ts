import {AwsError} from '../service.js'

/**
 * The errors of SNS in AWS's codes, texts and statuses. Texts are AWS's own where a recording or the service model has them;
 * those that AWS never published are worded alike and marked "worded here".
 */

const sender = (code: string, message: string, status = 400): AwsError => new AwsError(code, message, {status})

export const invalidParameter = (what: string): AwsError => sender('InvalidParameter', `Invalid parameter: ${what}`)

/** For texts that carry AWS's own beginning already. */
export const invalidParameterText = (message: string): AwsError => sender('InvalidParameter', message)

export const noValue = (parameter: string): AwsError =>
  invalidParameter(`${parameter} Reason: no value for required parameter`)

export const parameterValueInvalid = (message: string): AwsError => sender('ParameterValueInvalid', message)

export const validationError = (value: string | undefined, member: string, constraint: string): AwsError =>
  sender(
    'ValidationError',
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: ${constraint}`,
  )

export const topicNotFound = (): AwsError => sender('NotFound', 'Topic does not exist', 404)

export const subscriptionNotFound = (): AwsError => sender('NotFound', 'Subscription does not exist', 404)

export const resourceNotFound = (): AwsError => sender('ResourceNotFound', 'Resource does not exist', 404)

export const notAuthorized = (userArn: string, action: string, resourceArn: string): AwsError =>
  sender(
    'AuthorizationError',
    `User: ${userArn} is not authorized to perform: SNS:${action} on resource: ${resourceArn} because no resource-based policy allows the SNS:${action} action`,
    403,
  )

// Worded here.
export const signatureRequired = (): AwsError =>
  sender('AuthorizationError', 'This subscription can only be deleted by its owner or the owner of the topic.', 403)

// Worded here.
export const subscriptionLimitExceeded = (limit: number): AwsError =>
  sender('SubscriptionLimitExceeded', `The topic has reached its limit of ${limit} subscriptions.`, 403)

// Worded here.
export const filterPolicyLimitExceeded = (limit: number): AwsError =>
  sender('FilterPolicyLimitExceeded', `The topic has reached its limit of ${limit} filter policies.`, 403)

export const tagLimitExceeded = (): AwsError =>
  sender('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded')

export const emptyBatchRequest = (): AwsError =>
  sender('EmptyBatchRequest', "The batch request doesn't contain any entries.")

export const tooManyEntries = (): AwsError =>
  sender('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.')

export const entryIdsNotDistinct = (): AwsError =>
  sender('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.')

export const entryIdTooLong = (id: string): AwsError =>
  sender('InvalidBatchEntryId', `The Id of a batch entry in the batch request is too long: ${id}`)

export const entryIdCharacters = (id: string): AwsError =>
  sender(
    'InvalidBatchEntryId',
    `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
  )

export const batchRequestTooLong = (): AwsError =>
  sender('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.')

export const unknownAction = (action: string): AwsError =>
  sender('InvalidAction', `The action ${action} is not valid for this endpoint.`)
