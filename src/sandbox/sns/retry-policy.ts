/** How a failed delivery is tried again: four phases, delays in seconds (developer guide, message delivery retries). */
export interface RetryPolicy {
  readonly minDelayTarget: number
  readonly maxDelayTarget: number
  /** Of all phases together. */
  readonly numRetries: number
  readonly numMaxDelayRetries: number
  readonly numNoDelayRetries: number
  readonly numMinDelayRetries: number
  readonly backoffFunction: BackoffFunction
}

export const BACKOFF_FUNCTIONS = ['arithmetic', 'exponential', 'geometric', 'linear'] as const
export type BackoffFunction = (typeof BACKOFF_FUNCTIONS)[number]

/** HTTP and HTTPS, unless the topic or the subscription says otherwise. */
export const HTTP_RETRIES: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
}

/** SQS, Lambda and Firehose: "100,015 times, over 23 days"; nobody can change it. */
export const MANAGED_RETRIES: RetryPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 20,
  numRetries: 100_015,
  numMaxDelayRetries: 100_000,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  backoffFunction: 'exponential',
}

/**
 * Milliseconds to wait before a retry (the first is 0), undefined when there is none left. AWS publishes the shapes of the backoff
 * functions as a drawing and adds jitter; here they run from the least to the greatest delay, without jitter.
 */
export function retryDelayMs(policy: RetryPolicy, retry: number): number | undefined {
  const {minDelayTarget: least, maxDelayTarget: greatest, numRetries} = policy
  const {numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries} = policy
  if (retry >= numRetries) return undefined
  if (retry < numNoDelayRetries) return 0
  const step = retry - numNoDelayRetries - numMinDelayRetries
  if (step < 0) return least * 1000
  const steps = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries
  if (step >= steps) return greatest * 1000
  return Math.round(
    backoffSeconds(policy.backoffFunction, least, greatest, steps === 1 ? 0 : step / (steps - 1)) * 1000,
  )
}

/** The delay at a point of the way from the first backoff retry (0) to the last (1). */
function backoffSeconds(shape: BackoffFunction, least: number, greatest: number, way: number): number {
  switch (shape) {
    case 'linear':
      return least + (greatest - least) * way
    case 'arithmetic':
      return least + (greatest - least) * way ** 2
    case 'geometric':
      return least + (greatest - least) * way ** 3
    case 'exponential':
      return least * (greatest / least) ** way
  }
}
