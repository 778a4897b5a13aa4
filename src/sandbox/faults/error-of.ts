import {AwsError} from '../service.js'
import {resourceOf, type FaultTarget} from './faults.js'
import type {FaultRule} from './rule.js'

/** The error that a fault answers with, in the words of the service that it strikes, or those of the rule. */
export function errorOf(rule: FaultRule, target: FaultTarget, callerArn: string): AwsError {
  const standard = (code: string, message: string, status: number, queryCode?: string) =>
    new AwsError(rule.code ?? code, rule.message ?? message, {
      status: rule.status ?? status,
      queryCode: rule.code ?? queryCode,
    })
  switch (rule.kind) {
    case 'throttle':
      return standard(...throttlingOf(target.service))
    case 'access-denied':
      return standard(...denialOf(target, callerArn))
    case 'expired-token':
      return standard(
        'ExpiredTokenException',
        'The security token included in the request is expired',
        403,
        'ExpiredToken',
      )
    default:
      return target.service === 'lambda'
        ? standard('ServiceException', 'The AWS Lambda service encountered an internal error.', 500)
        : standard(
            'InternalFailure',
            'The request processing has failed because of an unknown error, exception or failure.',
            500,
          )
  }
}

type Words = [code: string, message: string, status: number, queryCode?: string]

function throttlingOf(service: string): Words {
  switch (service) {
    case 'sqs':
      return ['RequestThrottled', 'The request was denied due to request throttling.', 403]
    case 'lambda':
      return ['TooManyRequestsException', 'Rate Exceeded.', 429]
    default:
      return ['ThrottlingException', 'Rate exceeded', 400, 'Throttling']
  }
}

function denialOf({service, account, action, region, input}: FaultTarget, callerArn: string): Words {
  const resource = resourceOf(input)
  const kind = service === 'lambda' ? 'function:' : ''
  const on = resource === undefined ? '' : ` on resource: arn:aws:${service}:${region}:${account}:${kind}${resource}`
  const denied = (permission: string) =>
    `User: ${callerArn} is not authorized to perform: ${permission}${on} because no identity-based policy allows the ${permission} action`
  switch (service) {
    case 'sns':
      return ['AuthorizationError', denied(`SNS:${action}`), 403]
    case 'lambda':
      return ['AccessDeniedException', denied(`lambda:${action === 'Invoke' ? 'InvokeFunction' : action}`), 403]
    default:
      return ['AccessDeniedException', denied(`${service}:${action.toLowerCase()}`), 403, 'AccessDenied']
  }
}
