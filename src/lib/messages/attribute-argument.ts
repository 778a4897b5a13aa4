import {ExitCode, OpsError} from '../ops-error.js'
import {firstForbiddenCharacter} from './characters.js'

/** A message attribute as SendMessage takes it. */
export interface SendableAttribute {
  readonly DataType: string
  readonly StringValue?: string
  readonly BinaryValue?: Uint8Array
}

const MAX_ATTRIBUTES = 10
const MAX_NAME_LENGTH = 256
const MAX_NUMBER_DIGITS = 38

/**
 * Parses `name=value`, `name:Type=value` and `name:Binary=BASE64` into message attributes; Type is String, Number or Binary, with a label of
 * the sender's own after a dot (`Number.float`); `max` is how many a message may have (SQS: ten). Throws `InvalidMessageAttribute` (exit 2) for what AWS would refuse.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function parseMessageAttributes(
  args: readonly string[],
  {max = MAX_ATTRIBUTES}: {readonly max?: number} = {},
): Record<string, SendableAttribute> {
  const entries = args.map(parseMessageAttribute)
  const names = entries.map(([name]) => name)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) throw refusal(`The message attribute ${repeated} is given twice`)
  if (entries.length > max) throw refusal(`A message has at most ${max} attributes; ${entries.length} are given`)
  return Object.fromEntries(entries)
}

function parseMessageAttribute(argument: string): [string, SendableAttribute] {
  const equals = argument.indexOf('=')
  if (equals < 0) throw refusal(`A message attribute is written name=value or name:Type=value, not ${argument}`)
  const head = argument.slice(0, equals)
  const value = argument.slice(equals + 1)
  const colon = head.indexOf(':')
  const name = colon < 0 ? head : head.slice(0, colon)
  const dataType = colon < 0 ? 'String' : head.slice(colon + 1)
  return [name, messageAttribute(name, dataType, value)]
}

/** One attribute from its parts, the value of a Binary one in base64; throws `InvalidMessageAttribute` (exit 2) for what AWS would refuse. */
export function messageAttribute(name: string, dataType: string, value: string): SendableAttribute {
  checkName(name)
  if (value === '') throw refusal(`The message attribute ${name} has an empty value, which AWS refuses`)
  return attributeOf(name, dataType, value)
}

function attributeOf(name: string, dataType: string, value: string): SendableAttribute {
  const [, type] = /^(String|Number|Binary)(?:\..+)?$/u.exec(dataType) ?? []
  if (type === undefined || dataType.length > MAX_NAME_LENGTH) {
    throw refusal(
      `The type of the message attribute ${name} is String, Number or Binary (with a label after a dot), not ${dataType}`,
    )
  }
  if (type === 'Binary') return {DataType: dataType, BinaryValue: bytesOfBase64(name, value)}
  if (type === 'Number') checkNumber(name, value)
  const forbidden = firstForbiddenCharacter(value)
  if (forbidden !== undefined)
    throw refusal(`The message attribute ${name} holds ${forbidden.codePoint}, which AWS refuses`)
  return {DataType: dataType, StringValue: value}
}

function checkName(name: string): void {
  const wellFormed = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(name) && name.length <= MAX_NAME_LENGTH
  if (!wellFormed) {
    throw refusal(
      `${name === '' ? 'An empty name' : name} is no message attribute name: letters, digits, _, - and single dots within, at most ${MAX_NAME_LENGTH}`,
    )
  }
  if (/^(?:aws|amazon)\./i.test(name))
    throw refusal(`${name} is no message attribute name: AWS. and Amazon. are reserved`)
}

function checkNumber(name: string, value: string): void {
  const digits = value
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '')
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(value) && digits.length <= MAX_NUMBER_DIGITS) return
  throw refusal(`The message attribute ${name} is no number of at most ${MAX_NUMBER_DIGITS} digits: ${value}`)
}

// Node decodes anything; only a text that is the encoding of its own bytes is base64.
function bytesOfBase64(name: string, value: string): Uint8Array {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === value.replace(/=+$/, '')) return bytes
  throw refusal(`The message attribute ${name} is Binary, and its value is not base64`)
}

function refusal(message: string): OpsError {
  return new OpsError(message, {code: 'InvalidMessageAttribute', exitCode: ExitCode.usage})
}
