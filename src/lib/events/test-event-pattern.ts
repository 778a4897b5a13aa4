import {TestEventPatternCommand} from '@aws-sdk/client-eventbridge'
import type {AwsContext} from '../aws/context.js'
import {AwsOpsError} from '../aws/errors.js'
import type {LiveAnswer} from '../filters/live.js'

/** How EventBridge refuses a pattern and an event. */
const REFUSALS: ReadonlySet<string> = new Set(['InvalidEventPatternException', 'ValidationException'])

/**
 * Asks EventBridge whether an event matches a pattern; it takes whole events only. A refusal of either is an answer, `invalid`, in AWS's words;
 * any other failure is thrown. Changes nothing. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
export async function testEventPattern(
  aws: AwsContext,
  patternText: string,
  eventText: string,
  {signal}: {signal?: AbortSignal} = {},
): Promise<LiveAnswer> {
  const events = await aws.events()
  const command = new TestEventPatternCommand({EventPattern: patternText, Event: eventText})
  try {
    const {Result} = await events.send(command, {abortSignal: signal})
    return {result: Result === true ? 'match' : 'no-match'}
  } catch (error) {
    if (!(error instanceof AwsOpsError) || !REFUSALS.has(error.code)) throw error
    return {result: 'invalid', error: awsWords(error)}
  }
}

/** The first line of what AWS said, without what this program puts around it. */
function awsWords(error: AwsOpsError): string {
  const said = error.cause instanceof Error ? error.cause.message : error.message
  return said.split('\n')[0] ?? said
}
