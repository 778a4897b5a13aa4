import {parseMessageAttributes} from '../messages/attribute-argument.js'
import {readTopicMessage} from '../messages/read-body.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {MessageDraft} from './publish-plan.js'

/** What a command line says of a message. */
export interface MessageFlags {
  readonly attribute?: readonly string[]
  readonly 'deduplication-id'?: string
  readonly file?: string
  readonly 'group-id'?: string
  readonly structure?: 'json'
  readonly subject?: string
}

/**
 * The message that a command line describes, its body given as text (`-`: standard input) or as a file. Throws OpsError `UsageError`,
 * `InvalidBody`, `BodyUnreadable` or `InvalidMessageAttribute` (exit 2). `as` is how the command is given the text.
 */
export async function readDraft(
  body: string | undefined,
  flags: MessageFlags,
  stdin: AsyncIterable<Uint8Array | string>,
  as: 'the message itself' | '--message with the text' = 'the message itself',
): Promise<MessageDraft> {
  if ((body === undefined) === (flags.file === undefined)) {
    throw new OpsError(body === undefined ? 'No message is given' : 'The message is given twice', {
      code: 'UsageError',
      exitCode: ExitCode.usage,
      suggestions: [`Give ${as} (- for standard input), or --file with the path of a file.`],
    })
  }
  return {
    // SNS has no limit of ten; only raw delivery to SQS has.
    messageAttributes: parseMessageAttributes(flags.attribute ?? [], {max: Number.POSITIVE_INFINITY}),
    message: await readTopicMessage({text: body, file: flags.file, stdin}),
    subject: flags.subject,
    messageStructure: flags.structure,
    messageGroupId: flags['group-id'],
    messageDeduplicationId: flags['deduplication-id'],
  }
}
