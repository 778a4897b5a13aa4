import type {AwsContext} from '../../aws/context.js'
import type {LiveTrial} from '../../filters/live.js'
import {liveJudge, liveReport} from '../../filters/live.js'
import type {Trial} from '../../filters/trial.js'
import type {ExitCode as Code} from '../../ops-error.js'
import {ExitCode} from '../../ops-error.js'
import {leftBehindWarnings} from '../left-behind.js'
import {assertLiveAllowed, assertPublishable, liveConsent, liveTrial, unpublishedNotes} from './reports.js'
import type {LiveRequest} from './try-delivery.js'
import {tryDelivery} from './try-delivery.js'

/** How a live trial gets consent and tells what went wrong. */
export interface LiveSurroundings {
  readonly confirm: (question: {level: 'moderate'; question: string; details: readonly string[]}) => Promise<void>
  readonly warn: (line: string) => void
  readonly note: (line: string) => void
  /** The command line that removes later what could not be removed. */
  readonly cleanUp: string
}

/**
 * Tries a policy on SNS itself, after a question, and compares with our answer; warns of a disagreement and of what could not be removed.
 * `exitCode` is there where one of these, or an answer that is not known, decides it. Throws `ReadOnly` (exit 7) and
 * `MessageInvalid` (exit 2) before it asks, and otherwise as tryDelivery does.
 */
export async function askSns(
  aws: AwsContext,
  request: Omit<LiveRequest, 'onLeftBehind'>,
  ours: Pick<Trial, 'result' | 'error'>,
  {confirm, warn, note, cleanUp}: LiveSurroundings,
): Promise<{readonly live: LiveTrial; readonly exitCode?: Code}> {
  assertLiveAllowed(aws)
  assertPublishable(request.message, request.scope)
  await confirm({level: 'moderate', ...(await liveConsent(aws, request.signal))})
  let leftBehind: Code | undefined
  const answer = await tryDelivery(aws, {
    ...request,
    onLeftBehind: left => {
      for (const warning of leftBehindWarnings(left, cleanUp)) warn(warning)
      leftBehind = ExitCode.partial
    },
  })
  const live = liveTrial(answer, ours, liveJudge({sandbox: aws.sandbox, endpoint: aws.endpointFor('sns')}))
  const {warnings, notes, exitCode = leftBehind} = liveReport(live, ours)
  for (const warning of warnings) warn(warning)
  for (const line of [...unpublishedNotes(request.message), ...notes]) note(line)
  return {live, exitCode}
}
