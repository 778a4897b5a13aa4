import {needsTranslation} from '../models/shape.js'
import {AwsError} from '../service.js'
import type {Codec} from './codec.js'
import {parseJson, readJson, writeJson} from './json-value.js'

/** Errors that the front door of AWS gives for every service, in its own namespace rather than the service's. */
const FRONT_DOOR_ERRORS = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InternalFailure',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'ThrottlingException',
  'UnknownOperationException',
  'UnrecognizedClientException',
])

/** AWS JSON 1.0 and 1.1: operation in `x-amz-target`, blobs in base64, times in epoch seconds. */
export const jsonCodec: Codec = {
  decode(request, model) {
    const target = request.headers['x-amz-target']
    const dot = typeof target === 'string' ? target.lastIndexOf('.') : -1
    const action =
      typeof target === 'string' && target.slice(0, dot) === model.targetPrefix ? target.slice(dot + 1) : ''
    const operation = model.operations.get(action)
    if (!operation) throw new AwsError('UnknownOperationException', `${model.name} has no operation ${String(target)}.`)
    return {action, operation, input: readJson(operation.input, parseJson(request.body)) as Record<string, unknown>}
  },

  success(call, output, model, requestId) {
    const {output: shape} = call.operation
    return {
      status: 200,
      headers: {'content-type': contentType(model.jsonVersion), 'x-amzn-requestid': requestId},
      body: shape ? JSON.stringify(needsTranslation(shape) ? writeJson(shape, output) : output) : '',
    }
  },

  failure(error, model, requestId) {
    const {status = 400, fault = status < 500 ? 'Sender' : 'Receiver', queryCode = error.code} = error.options
    const namespace =
      FRONT_DOOR_ERRORS.has(error.code) || !model?.errorNamespace ? 'com.amazon.coral.service' : model.errorNamespace
    const headers: Record<string, string> = {
      'content-type': contentType(model?.jsonVersion),
      'x-amzn-requestid': requestId,
    }
    if (!model) headers['x-amzn-errortype'] = error.code
    if (model?.queryCompatible) headers['x-amzn-query-error'] = `${queryCode};${fault}`
    return {
      status,
      headers,
      body: JSON.stringify({__type: `${namespace}#${error.code}`, [messageMember(error)]: error.message}),
    }
  },
}

/** Alone among the errors of the front door, a denial spells its message with a capital. */
function messageMember(error: AwsError): string {
  return error.code === 'AccessDeniedException' ? 'Message' : 'message'
}

function contentType(version: '1.0' | '1.1' = '1.0'): string {
  return version === '1.0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1'
}
