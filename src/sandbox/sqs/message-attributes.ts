import {isAttributeNumber} from './attribute-number.js'
import {INVALID_CHARACTERS, invalidParameterValue, unsupportedOperation} from './errors.js'
import {bytes, structure, text, type Input} from './input.js'
import type {MessageAttribute, MessageAttributes} from './message.js'

const MAX_ATTRIBUTES = 10
const MAX_NAME_LENGTH = 256
// Latin letters with marks pass on AWS, though its documentation does not list them (recorded: `attr.1øßä`).
const NAME = /^[A-Za-z0-9_.\-\u00c0-\u017f]+$/
const DATA_TYPE = /^(String|Number|Binary)(\.[A-Za-z0-9_.-]+)?$/

/** XML 1.0 characters; anything else, lone surrogates included, is refused. */
const OUTSIDE_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** Whether SQS takes a text: #x9 | #xA | #xD | #x20-#xD7FF | #xE000-#xFFFD | #x10000-#x10FFFF. */
export function hasOnlyAllowedCharacters(value: string): boolean {
  return !OUTSIDE_XML.test(value)
}

/** Reads and checks MessageAttributes; undefined when there are none. */
export function readMessageAttributes(input: Input): MessageAttributes | undefined {
  const given = structure(input, 'MessageAttributes')
  const names = given === undefined ? [] : Object.keys(given)
  if (given === undefined || names.length === 0) return undefined
  if (names.length > MAX_ATTRIBUTES) {
    throw invalidParameterValue(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`)
  }
  const attributes: Record<string, MessageAttribute> = {}
  for (const name of names) {
    checkName(name)
    attributes[name] = readAttribute(name, structure(given, name) ?? {})
  }
  return attributes
}

/** Reads MessageSystemAttributes, of which AWSTraceHeader is the only one that can be sent. */
export function readTraceHeader(input: Input): string | undefined {
  const given = structure(input, 'MessageSystemAttributes')
  if (given === undefined) return undefined
  for (const name of Object.keys(given)) {
    if (name !== 'AWSTraceHeader') {
      throw invalidParameterValue(`Message system attribute name '${name}' is invalid.`)
    }
  }
  const header = structure(given, 'AWSTraceHeader')
  if (header === undefined) return undefined
  const {DataType, StringValue} = readAttribute('AWSTraceHeader', header)
  if (DataType !== 'String' || StringValue === undefined) {
    throw invalidParameterValue(
      "The type of message (system) attribute 'AWSTraceHeader' is invalid. It must be 'String'.",
    )
  }
  return StringValue
}

function checkName(name: string): void {
  if (name.length > MAX_NAME_LENGTH) {
    throw invalidParameterValue('Message (user) attribute names must be shorter than 256 Bytes')
  }
  if (!NAME.test(name)) {
    throw invalidParameterValue(
      'Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ',
    )
  }
  if (/^(aws\.|amazon\.|\.)/i.test(name) || name.endsWith('.') || name.includes('..')) {
    throw invalidParameterValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
    )
  }
}

function readAttribute(name: string, given: Input): MessageAttribute {
  for (const list of ['StringListValues', 'BinaryListValues']) {
    const values = given[list]
    if (Array.isArray(values) && values.length > 0) {
      throw unsupportedOperation('Message attribute list values in SendMessage operation are not supported.')
    }
  }
  const dataType = text(given, 'DataType') ?? ''
  if (dataType === '') {
    throw invalidParameterValue(`The message attribute '${name}' must contain a non-empty message attribute type.`)
  }
  if (!DATA_TYPE.test(dataType) || dataType.length > MAX_NAME_LENGTH) {
    throw invalidParameterValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  }
  const stringValue = text(given, 'StringValue')
  const binaryValue = bytes(given, 'BinaryValue')
  const binary = dataType.startsWith('Binary')
  if (binary ? (binaryValue?.length ?? 0) === 0 : (stringValue ?? '') === '') {
    const [logicalType = dataType] = dataType.split('.')
    throw invalidParameterValue(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${logicalType}'.`,
    )
  }
  if (stringValue !== undefined && binaryValue !== undefined) {
    // Worded here.
    throw invalidParameterValue(`Message (user) attribute '${name}' must contain one value of type '${dataType}'.`)
  }
  if (binaryValue !== undefined) return {DataType: dataType, BinaryValue: binaryValue}
  const value = stringValue ?? ''
  if (!hasOnlyAllowedCharacters(value)) throw invalidParameterValue(INVALID_CHARACTERS)
  if (dataType.startsWith('Number') && !isAttributeNumber(value)) {
    throw invalidParameterValue(`Can't cast the value of message (user) attribute '${name}' to a number.`)
  }
  return {DataType: dataType, StringValue: value}
}
