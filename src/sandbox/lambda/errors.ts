import {AwsError} from '../service.js'

/**
 * The errors of Lambda in AWS's codes, texts and statuses. Texts are AWS's own where a recording or the service model has them; those
 * that AWS never published are marked "worded here".
 */

const sender = (code: string, message: string, status = 400): AwsError => new AwsError(code, message, {status})

export const invalidParameterValue = (message: string): AwsError => sender('InvalidParameterValueException', message)

export const resourceNotFound = (message: string): AwsError => sender('ResourceNotFoundException', message, 404)

export const resourceConflict = (message: string): AwsError => sender('ResourceConflictException', message, 409)

export const functionNotFound = (functionArn: string): AwsError =>
  resourceNotFound(`Function not found: ${functionArn}`)

/** AWS's text, and why it is so here. */
export const onlyLatest = (functionArn: string): AwsError =>
  resourceNotFound(
    `Function not found: ${functionArn}. The local AWS keeps $LATEST only: there are no versions and no aliases.`,
  )

export const noInvokeConfig = (functionArn: string): AwsError =>
  resourceNotFound(`The function ${functionArn} doesn't have an EventInvokeConfig`)

export const noSuchFunction = (): AwsError => resourceNotFound("The function doesn't exist.")

export const qualifierMismatch = (): AwsError =>
  invalidParameterValue('The derived qualifier from the function name does not match the specified qualifier.')

export const functionsOnly = (): AwsError =>
  invalidParameterValue(
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  )

export const notTaggable = (): AwsError =>
  invalidParameterValue('Tags on function aliases and versions are not supported. Please specify a function ARN.')

export const tooManyTags = (): AwsError => invalidParameterValue('Number of tags exceeds resource tag limit.')

export const otherRegion = (wanted: string, here: string): AwsError =>
  resourceNotFound(`Functions from '${wanted}' are not reachable in this region ('${here}')`)

export const wrongRevision = (): AwsError =>
  sender(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    412,
  )

export const throttled = (): AwsError =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    details: {Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded'},
  })

export const requestTooLarge = (limit: number): AwsError =>
  sender(
    'RequestEntityTooLargeException',
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    413,
  )

export const invalidRequestContent = (reason: string): AwsError =>
  sender(
    'InvalidRequestContentException',
    `Could not parse request body into json: Could not parse payload into json: ${reason}`,
  )

/** Everyone but the function's own account needs its policy; the words are those of IAM. */
export const accessDenied = (who: string, action: string, functionArn: string): AwsError =>
  sender(
    'AccessDeniedException',
    `${who} is not authorized to perform: lambda:${action} on resource: ${functionArn} because no resource-based policy allows the lambda:${action} action`,
    403,
  )

/** One error for all members that are not valid, as AWS counts them. */
export function validationFailed(violations: readonly string[]): AwsError {
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`
  return sender('ValidationException', `${count}: ${violations.join('; ')}`)
}

// Worded here.
export const notHere = (what: string): AwsError => invalidParameterValue(`The local AWS has no ${what}.`)

// Worded here.
export const wasReset = (): AwsError =>
  new AwsError('ServiceException', 'The local AWS was reset while the function ran.', {status: 500, fault: 'Receiver'})

export const unknownAction = (action: string): AwsError =>
  sender('UnknownOperationException', `The local AWS has no ${action} of lambda.`, 404)
