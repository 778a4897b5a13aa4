import {isAttributeNumber} from '../sqs/attribute-number.js'
import type {MessageAttribute, MessageAttributes} from '../sqs/message.js'
import {parameterValueInvalid, validationError} from './errors.js'
import {text, type Input} from './input.js'

const MAX_NAME_BYTES = 256
const FORBIDDEN_IN_NAME = /[^A-Za-z0-9_.-]/
/** `String.` and `Stringprefixed` are refused, `String.  prefixed.` is taken (recorded). */
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/
const MAX_TYPE_BYTES = 256
/** "These prefixes are reserved", in any casing (developer guide, message attributes). */
const RESERVED = /^(aws|amazon)\./i

/** Reads and checks MessageAttributes in the words of SNS; undefined when there are none. `path` is where the map stands in the request. */
export function readMessageAttributes(input: Input, path = ''): MessageAttributes | undefined {
  const given = (input.MessageAttributes ?? {}) as Readonly<Record<string, Input>>
  const names = Object.keys(given)
  if (names.length === 0) return undefined
  const attributes: Record<string, MessageAttribute> = {}
  for (const name of names) attributes[name] = readAttribute(name, given[name] ?? {}, path)
  return attributes
}

function readAttribute(name: string, given: Input, path: string): MessageAttribute {
  const dataType = text(given, 'DataType')
  if (dataType === undefined) {
    const member = `${path}messageAttributes.${name}.member.dataType`
    throw validationError(undefined, member, 'Member must not be null')
  }
  checkName(name)
  const [, logicalType] = DATA_TYPE.exec(dataType) ?? []
  if (logicalType === undefined || Buffer.byteLength(dataType) > MAX_TYPE_BYTES) {
    throw parameterValueInvalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  }
  const stringValue = text(given, 'StringValue')
  const binaryValue = given.BinaryValue as Buffer | undefined
  const binary = logicalType === 'Binary'
  const [value, other] = binary ? [binaryValue, stringValue] : [stringValue, binaryValue]
  if (other !== undefined) {
    const field = binary ? 'Binary' : 'String'
    throw parameterValueInvalid(`The message attribute '${name}' with type '${dataType}' must use field '${field}'.`)
  }
  if ((value?.length ?? 0) === 0) {
    throw parameterValueInvalid(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`,
    )
  }
  if (binaryValue !== undefined) return {DataType: dataType, BinaryValue: binaryValue}
  if (logicalType === 'Number' && !isAttributeNumber(stringValue ?? '')) {
    throw parameterValueInvalid(`Could not cast message attribute '${name}' value to number.`)
  }
  return {DataType: dataType, StringValue: stringValue}
}

function checkName(name: string): void {
  // The texts of the first and the last refusal are worded here.
  if (name === '') throw parameterValueInvalid('Message attribute name must not be empty.')
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw parameterValueInvalid('Length of message attribute name must be less than 256 bytes.')
  }
  const stranger = FORBIDDEN_IN_NAME.exec(name)?.[0]
  if (stranger !== undefined) {
    const code = (stranger.codePointAt(0) ?? 0).toString(16).toUpperCase()
    throw parameterValueInvalid(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    )
  }
  if (name.startsWith('.')) {
    throw parameterValueInvalid("Invalid message attribute name starting with character '.' was found.")
  }
  if (name.endsWith('.')) {
    throw parameterValueInvalid("Invalid message attribute name ending with character '.' was found.")
  }
  if (name.includes('..')) {
    throw parameterValueInvalid("Message attribute name can not have successive '.' character.")
  }
  if (RESERVED.test(name)) {
    throw parameterValueInvalid("Message attribute name can not start with the reserved prefixes 'AWS.' and 'Amazon.'.")
  }
}
