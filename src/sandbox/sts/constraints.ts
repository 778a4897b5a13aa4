import {AwsError} from '../service.js'

/** Refuses a text outside its pattern in the words of AWS's validation layer; `stated` is the pattern as AWS prints it. */
export function checkPattern(member: string, value: string, pattern: RegExp, stated: string): void {
  if (pattern.test(value)) return
  throw violation(member, value, `Member must satisfy regular expression pattern: ${stated}`)
}

/** Refuses a number outside [least, most] in the words of AWS's validation layer. */
export function checkRange(member: string, value: number, least: number, most: number): void {
  if (value < least) throw violation(member, value, `Member must have value greater than or equal to ${least}`)
  if (value > most) throw violation(member, value, `Member must have value less than or equal to ${most}`)
}

function violation(member: string, value: string | number, constraint: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  )
}
