import {DEFAULT_EVENT_AGE, DEFAULT_RETRY_ATTEMPTS, type InvokeConfig} from '../invoke-config.js'

/** Why an event was given up, in the words of the record that goes to a destination; the last is worded here. */
export type Condition = 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency' | 'RecursiveInvocation'

export type NextStep =
  {readonly step: 'retry'; readonly delayMs: number} | {readonly step: 'giveUp'; readonly condition: Condition}

export interface Standing {
  /** How long ago the event was accepted. */
  readonly ageMs: number
  /** Times that the function ran for it. */
  readonly attempts: number
  /** Times that it found no room. */
  readonly throttles: number
  readonly config: Pick<InvokeConfig, 'maximumRetryAttempts' | 'maximumEventAge'> | undefined
}

/** "A one-minute wait between the first two attempts, and two minutes between the second and third." */
const RETRY_DELAYS_MS = [60_000, 120_000]
const LEAST_BACKOFF_MS = 1000
const MOST_BACKOFF_MS = 300_000

/** What becomes of an event whose run failed (developer guide, error handling of asynchronous invocation). */
export function afterFailure({ageMs, attempts, config}: Standing): NextStep {
  const delayMs = RETRY_DELAYS_MS[attempts - 1]
  if (delayMs === undefined || attempts > (config?.maximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS)) {
    return {step: 'giveUp', condition: 'RetriesExhausted'}
  }
  return within(ageMs, delayMs, config)
}

/** What becomes of an event that found no room: "from 1 second after the first attempt to a maximum of 5 minutes". */
export function afterThrottle({ageMs, throttles, config}: Standing): NextStep {
  return within(ageMs, Math.min(MOST_BACKOFF_MS, LEAST_BACKOFF_MS * 2 ** (throttles - 1)), config)
}

/** A retry that would come when the event is too old is not waited for (recorded). */
function within(ageMs: number, delayMs: number, config: Standing['config']): NextStep {
  const limitMs = (config?.maximumEventAge ?? DEFAULT_EVENT_AGE) * 1000
  return ageMs + delayMs >= limitMs ? {step: 'giveUp', condition: 'EventAgeExceeded'} : {step: 'retry', delayMs}
}
