import {string} from '@oclif/core/flags'
import {readTextArgument} from './text-argument.js'

const helpGroup = 'SELECTION'

/** The flags that select messages, of every command that shows or moves them; all that are given must hold. */
export const selectionFlags = {
  where: string({
    description:
      'Only messages for which this JMESPath expression is not false; it sees the message as --json shows it, with the body parsed where it is JSON (the body 42 is a number, "x" in quotes the text x).',
    helpGroup,
    helpValue: '<jmespath>',
  }),
  pattern: string({
    description:
      'Only messages that match this EventBridge event pattern (a file, or JSON text); it sees them as --where does. A field that is not named may have any value.',
    helpGroup,
    helpValue: '<file|json>',
  }),
  match: string({
    description: 'Only messages whose body matches this regular expression (RE2) somewhere.',
    helpGroup,
    helpValue: '<regex>',
  }),
  attribute: string({
    description: 'Only messages with this attribute, or this value of it; may be repeated.',
    helpGroup,
    helpValue: '<name[=value]>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'older-than': string({
    description: 'Only messages sent before this time, or longer ago than this: 2h, 7d.',
    helpGroup,
    helpValue: '<time>',
  }),
  'newer-than': string({
    description: 'Only messages sent at this time or later.',
    helpGroup,
    helpValue: '<time>',
  }),
  id: string({
    description: 'Only the message with this MessageId; may be repeated.',
    helpGroup,
    helpValue: '<messageId>',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** The values of these flags, as oclif hands them over. */
export interface SelectionValues {
  readonly where?: string
  readonly pattern?: string
  readonly match?: string
  readonly attribute?: readonly string[]
  readonly 'older-than'?: string
  readonly 'newer-than'?: string
  readonly id?: readonly string[]
}

/**
 * What they come to, in the words of lib/selection; undefined where none is given. A pattern is its text from here on: what becomes of its
 * file does not change a plan or a journal. `-` reads it from standard input, unless the command needs that to ask a question. Throws
 * OpsError (exit 2) for a file that cannot be read.
 */
export async function selectionOf(
  values: SelectionValues,
  {asks = false}: {readonly asks?: boolean} = {},
): Promise<Record<string, string | readonly string[]> | undefined> {
  const {where, match, attribute, 'older-than': olderThan, 'newer-than': newerThan, id} = values
  const pattern = await patternText(values.pattern, asks)
  const given = Object.entries({where, pattern, match, attribute, olderThan, newerThan, id}).filter(
    (entry): entry is [string, string | readonly string[]] => entry[1] !== undefined,
  )
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

async function patternText(given: string | undefined, asks: boolean): Promise<string | undefined> {
  // An empty one is a refused pattern, not a file without a name.
  if (given === undefined || given.trim() === '') return given
  return readTextArgument(given, '--pattern', asks ? {stdinIsFor: 'the answer to its question'} : {})
}
