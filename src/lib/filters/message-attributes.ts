import {ExitCode, OpsError} from '../ops-error.js'
import type {FilteredMessage} from './filter-policy.js'
import {isRecord} from './json-parts.js'

type Attribute = FilteredMessage['attributes'][string]

/**
 * Reads message attributes in AWS's spelling (`DataType`, `StringValue`), ours (`dataType`, `stringValue`) or that of an SNS envelope
 * (`Type`, `Value`); absent ones are none. Throws OpsError MessageInvalid (exit 2) for what SNS refuses to publish.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
export function readAttributes(value: unknown): FilteredMessage['attributes'] {
  if (value === undefined || value === null) return {}
  if (!isRecord(value)) throw invalid('The message attributes are no object of names and values')
  // Object.fromEntries defines each name, so that an attribute called __proto__ stays one.
  return Object.fromEntries(Object.entries(value).map(([name, attribute]) => [name, readAttribute(name, attribute)]))
}

/** Whether a value is plainly the attributes of a message: each one names its type. */
export function looksLikeAttributes(value: unknown): boolean {
  const attributes = isRecord(value) ? Object.values(value) : []
  return (
    attributes.length > 0 &&
    attributes.every(one => isRecord(one) && [one.DataType, one.dataType].some(type => typeof type === 'string'))
  )
}

function readAttribute(name: string, attribute: unknown): Attribute {
  if (name === '') throw invalid('A message attribute has an empty name, which SNS refuses')
  if (!isRecord(attribute)) {
    throw invalid(
      `The message attribute ${name} is written {"DataType": "String", "StringValue": ...}, not ${shown(attribute)}`,
    )
  }
  const dataType = attribute.DataType ?? attribute.dataType ?? attribute.Type
  if (typeof dataType !== 'string' || !/^(?:String|Number|Binary)(?:\..+)?$/su.test(dataType)) {
    throw invalid(
      `The type of the message attribute ${name} is String, String.Array, Number or Binary, not ${shown(dataType)}`,
    )
  }
  if (dataType.startsWith('Binary')) return {dataType}
  const stringValue = attribute.StringValue ?? attribute.stringValue ?? attribute.Value
  if (typeof stringValue === 'string' && stringValue !== '') return {dataType, stringValue}
  throw invalid(
    stringValue === ''
      ? `The message attribute ${name} has an empty value, which SNS refuses`
      : `The value of the message attribute ${name} (${dataType}) is text under StringValue, not ${shown(stringValue)}`,
  )
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100)
}

function invalid(message: string): OpsError {
  return new OpsError(message, {code: 'MessageInvalid', exitCode: ExitCode.usage})
}
