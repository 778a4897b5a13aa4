import type {Message, MessageAttributeValue} from '@aws-sdk/client-sqs'
import type {MessageAttributeView, MessageView} from '../messages/message-view.js'
import {toMessageView} from '../messages/message-view.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {MessageProgram} from '../selection/program/through-program.js'
import type {Selection} from '../selection/selection.js'
import type {Transform} from '../selection/transform.js'
import type {Decision, WholeMessage} from './client/options.js'

/** What is asked of each message, compiled and running. */
export interface Deciders {
  readonly selection?: Selection
  readonly transform?: Transform
  readonly program?: MessageProgram
  /** Whether a message may be deleted without a copy: only where there is a backup, and the source is not to be kept. */
  readonly mayDiscard: boolean
  readonly retentionSeconds?: number
}

/**
 * Decides what is to become of each message: selected or not, then changed, then judged by the program, which sees the changed message.
 * The returned function rejects where the program cannot be relied on any more, so that the redrive ends.
 */
export function decider({selection, transform, program, mayDiscard, retentionSeconds}: Deciders) {
  const judge = (message: Message): {view: MessageView; decision: Decision} => {
    const view = toMessageView(message, {retentionSeconds})
    const verdict = selection?.matches(view) ?? 'match'
    if (verdict === 'no-match') return {view, decision: {action: 'skip', reason: 'not selected'}}
    if (verdict !== 'match') return {view, decision: refuse('SelectionFailed', verdict.error)}
    const transformed = transform?.apply(view)
    if (transformed === undefined) return {view, decision: {action: 'move'}}
    if ('error' in transformed) return {view, decision: refuse('TransformFailed', transformed.error)}
    return {view: {...view, body: transformed.body}, decision: {action: 'move', body: transformed.body}}
  }
  return async (messages: readonly WholeMessage[]): Promise<readonly Decision[]> => {
    const judged = messages.map(judge)
    if (program === undefined) return judged.map(({decision}) => decision)
    const asked = judged.filter(({decision}) => decision.action === 'move')
    const answers = asked.length === 0 ? [] : await program.decide(asked.map(({view}) => view))
    if (program.failure !== undefined) throw programFailed(program.failure)
    const answered = new Map(asked.map(({view}, index) => [view, answers[index]]))
    return judged.map(({view, decision}) => {
      const answer = answered.get(view)
      if (decision.action !== 'move') return decision
      if (answer === undefined) return refuse('NoAnswer', '--through: the program gave no answer')
      if ('error' in answer) return refuse('ProgramAnswerInvalid', answer.error)
      if (answer.action === 'skip') return {action: 'skip', reason: 'skipped by the program'}
      if (answer.action === 'discard') {
        return mayDiscard
          ? {action: 'discard'}
          : refuse('DiscardNeedsBackup', 'the program discards it, which is done only with --backup and without --keep')
      }
      return {
        action: 'move',
        body: answer.body ?? decision.body,
        ...(answer.messageAttributes === undefined
          ? {}
          : {messageAttributes: attributeValues(answer.messageAttributes)}),
      }
    })
  }
}

function refuse(code: string, message: string): Decision {
  return {action: 'refuse', code, message}
}

function programFailed(failure: string): OpsError {
  return new OpsError(`The program of --through cannot be relied on any more: ${failure}`, {
    code: 'ProgramFailed',
    exitCode: ExitCode.failed,
    suggestions: [
      'What it had not answered stays in the dead-letter queue. Correct the program and start the redrive again.',
    ],
  })
}

function attributeValues(views: Readonly<Record<string, MessageAttributeView>>): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(views).map(([name, {dataType, stringValue, binaryValue}]) => [
      name,
      {
        DataType: dataType,
        ...(stringValue === undefined ? {} : {StringValue: stringValue}),
        ...(binaryValue === undefined ? {} : {BinaryValue: Buffer.from(binaryValue, 'base64')}),
      },
    ]),
  )
}
