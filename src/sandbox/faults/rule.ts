/**
 * What can go wrong. `error`, `throttle`, `access-denied` and `expired-token` answer with an error; `reset-before` and
 * `reset-after` cut the connection before or after the request takes effect (the latter is a lost reply); `half-reply` cuts
 * it in the middle of the answer; `hang` never answers; `slow` answers late; `bad-md5` spoils the digests that SQS returns;
 * `partial-batch` fails some entries of a batch; `skew` answers with a Date that is off.
 */
export const FAULT_KINDS = [
  'error',
  'throttle',
  'access-denied',
  'expired-token',
  'reset-before',
  'reset-after',
  'half-reply',
  'hang',
  'slow',
  'bad-md5',
  'partial-batch',
  'skew',
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

export interface FaultRule {
  readonly kind: FaultKind
  /** Which requests: every one that matches all that is given. `resource` is the name of a queue, topic or function. */
  readonly service?: string
  readonly action?: string
  readonly account?: string
  readonly region?: string
  readonly resource?: string
  /** How many requests to spoil in all, after letting `skip` matching ones through, and each with what probability (0 to 1). */
  readonly times?: number
  readonly skip?: number
  readonly rate?: number
  /** Seed of the dice behind `rate`; the same seed spoils the same requests. */
  readonly seed?: number
  /** Milliseconds of real time to wait: before the request takes effect, or after it where `applied`. */
  readonly latencyMs?: number
  /** `error`, `hang`, `slow`, `partial-batch`: whether the request takes effect all the same. */
  readonly applied?: boolean
  /** `error` and its kin, `partial-batch`: what is answered. */
  readonly code?: string
  readonly status?: number
  readonly message?: string
  /** `partial-batch`: positions of the entries that fail, from 0; by default the last one. */
  readonly entries?: readonly number[]
  /** How far the answer's Date header is off; for `skew` 20 minutes unless given. */
  readonly skewMs?: number
}

/** A rule as it stands: how many requests it has seen and spoilt. */
export interface FaultState extends FaultRule {
  readonly id: string
  readonly seen: number
  readonly hits: number
}
