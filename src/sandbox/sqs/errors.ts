import {AwsError} from '../service.js'

/**
 * The errors of SQS in AWS's codes, texts and statuses. Texts are AWS's own where a recording or the service model has them;
 * those that AWS never published are worded alike and marked "worded here".
 */

const LEGACY = 'AWS.SimpleQueueService.'

const sender = (code: string, message: string, queryCode = code, status = 400): AwsError =>
  new AwsError(code, message, {status, queryCode, fault: 'Sender'})

export const queueDoesNotExist = (message = 'The specified queue does not exist.'): AwsError =>
  sender('QueueDoesNotExist', message, `${LEGACY}NonExistentQueue`)

export const queueNameExists = (attribute: string): AwsError =>
  sender(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
    'QueueAlreadyExists',
  )

export const queueDeletedRecently = (): AwsError =>
  sender(
    'QueueDeletedRecently',
    'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    `${LEGACY}QueueDeletedRecently`,
  )

export const purgeQueueInProgress = (name: string): AwsError =>
  sender(
    'PurgeQueueInProgress',
    `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
    `${LEGACY}PurgeQueueInProgress`,
    403,
  )

export const invalidParameterValue = (message: string): AwsError =>
  sender('InvalidParameterValueException', message, 'InvalidParameterValue')

export const invalidParameter = (value: unknown, parameter: string, reason: string): AwsError =>
  invalidParameterValue(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`)

export const wrongForQueueType = (value: unknown, parameter: string): AwsError =>
  invalidParameter(value, parameter, 'The request include parameter that is not valid for this queue type.')

export const missingParameter = (parameter: string): AwsError =>
  sender(
    'MissingRequiredParameterException',
    `The request must contain the parameter ${parameter}.`,
    'MissingParameter',
  )

export const malformedInput = (member: string, expected: string): AwsError =>
  sender('SerializationException', `${member} must be ${expected}`, 'MalformedInput')

export const invalidAttributeName = (message: string): AwsError => sender('InvalidAttributeName', message)

export const unknownAttribute = (name: string): AwsError => invalidAttributeName(`Unknown Attribute ${name}.`)

export const invalidAttributeValue = (attribute: string, reason?: string): AwsError =>
  sender(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${attribute}.${reason === undefined ? '' : ` Reason: ${reason}`}`,
  )

export const invalidMessageContents = (): AwsError => sender('InvalidMessageContents', INVALID_CHARACTERS)

export const INVALID_CHARACTERS =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF'

export const unsupportedOperation = (message: string): AwsError =>
  sender('UnsupportedOperation', message, `${LEGACY}UnsupportedOperation`)

export const emptyBatchRequest = (entry: string): AwsError =>
  sender('EmptyBatchRequest', `There should be at least one ${entry} in the request.`, `${LEGACY}EmptyBatchRequest`)

export const tooManyEntries = (count: number): AwsError =>
  sender(
    'TooManyEntriesInBatchRequest',
    `Maximum number of entries per request are 10. You have sent ${count}.`,
    `${LEGACY}TooManyEntriesInBatchRequest`,
  )

export const invalidBatchEntryId = (): AwsError =>
  sender(
    'InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    `${LEGACY}InvalidBatchEntryId`,
  )

export const batchEntryIdsNotDistinct = (id: string): AwsError =>
  sender('BatchEntryIdsNotDistinct', `Id ${id} repeated.`, `${LEGACY}BatchEntryIdsNotDistinct`)

export const batchRequestTooLong = (bytes: number): AwsError =>
  sender(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than 1048576 bytes. You have sent ${bytes} bytes.`,
    `${LEGACY}BatchRequestTooLong`,
  )

export const receiptHandleIsInvalid = (handle: string): AwsError =>
  sender(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    'ReceiptHandleIsInvalid',
    404,
  )

export const receiptHandleExpired = (handle: string): AwsError =>
  invalidParameter(handle, 'ReceiptHandle', 'The receipt handle has expired.')

export const notAvailableForVisibilityChange = (handle: string): AwsError =>
  invalidParameter(handle, 'ReceiptHandle', 'Message does not exist or is not available for visibility timeout change.')

export const overLimit = (message: string): AwsError => sender('OverLimit', message, 'OverLimit', 403)

export const tooManyInFlight = (): AwsError =>
  overLimit(
    'Too many messages have been received without being deleted. Please delete your received messages or let them timeout before receiving more.',
  )

export const resourceNotFound = (message: string): AwsError =>
  sender('ResourceNotFoundException', message, 'ResourceNotFoundException', 404)

export const invalidAddress = (url: string): AwsError =>
  sender('InvalidAddress', `The address ${url} is not valid for this endpoint.`, 'InvalidAddress', 404)

export const unknownAction = (action: string): AwsError =>
  sender('UnknownOperationException', `The action ${action} is not valid for this endpoint.`, 'InvalidAction')

export const accessDenied = (user: string, action: string, resource: string, kind = 'identity'): AwsError =>
  sender(
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: sqs:${action} on resource: ${resource} because no ${kind}-based policy allows the sqs:${action} action`,
    'AccessDenied',
    403,
  )

export const kmsAccessDenied = (requestId: string): AwsError =>
  sender(
    'KmsAccessDenied',
    `The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${requestId}; Proxy: null)`,
    'KMS.AccessDeniedException',
  )
