import type {MessageAttributeView, MessageView} from '../messages/message-view.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {compareDecimals} from './expression/decimal.js'

/** One `--attribute` of a selection; without `value` it is enough that the attribute is there. */
export interface AttributeTest {
  readonly name: string
  readonly value?: string
}

/** Parses `name=value` or `name`; throws OpsError SelectionInvalid (exit 2). The value may hold further equals signs, and be empty. */
export function parseAttributeTest(text: string): AttributeTest {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  if (/^[A-Za-z0-9_.-]{1,256}$/.test(name)) return equals < 0 ? {name} : {name, value: text.slice(equals + 1)}
  throw new OpsError(
    `--attribute takes name=value or name, and a message attribute cannot be called ${JSON.stringify(name)}`,
    {
      code: 'SelectionInvalid',
      exitCode: ExitCode.usage,
    },
  )
}

/**
 * Whether a message attribute is there and has the value: of type String to the letter, Number as a number of any length (`1.0` is `1`),
 * Binary as the bytes of base64. Labels of a type (`Number.float`) do not count.
 */
export function hasAttribute({messageAttributes}: MessageView, {name, value}: AttributeTest): boolean {
  const attribute = Object.hasOwn(messageAttributes, name) ? messageAttributes[name] : undefined
  return attribute !== undefined && (value === undefined || isValueOf(attribute, value))
}

function isValueOf({dataType, stringValue, binaryValue}: MessageAttributeView, value: string): boolean {
  const [type] = dataType.split('.', 1)
  if (type === 'Binary') return binaryValue !== undefined && sameBytes(binaryValue, value)
  if (type === 'Number' && stringValue !== undefined && compareDecimals(stringValue, value) === 0) return true
  return stringValue === value
}

/** Base64 with and without padding, in either alphabet, of the same bytes. */
function sameBytes(left: string, right: string): boolean {
  const normal = (text: string): string => text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/')
  return normal(left) === normal(right)
}
