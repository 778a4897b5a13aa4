import {seededRandom} from '../../src/sandbox/random.js'

/** What goes wrong with one request. `…-before`: it never takes effect; `…-after`: it does, and the answer says otherwise, or nothing. */
export const FAULTS = [
  'reset-before',
  'reset-after',
  'half-head',
  'half-reply',
  'hang-before',
  'hang-after',
  'stalled-reply',
  'slow-before',
  'slow-after',
  '500-before',
  '500-after',
  '502-html',
  '503-before',
  '503-after',
  '504-after',
  'throttle',
  'throttle-429',
  'expired-token',
  'garbage-reply',
  'empty-reply',
  'skew-ahead',
  'skew-behind',
  'bad-body-md5',
  'bad-attribute-md5',
  'partial-batch',
  'partial-throttle',
  'missing-entry',
  'twice-named-entry',
  'failed-though-done',
] as const

export type FaultKind = (typeof FAULTS)[number]

/** Faults that only some operations can have; the others suit every one. */
const ONLY: Partial<Record<FaultKind, readonly string[]>> = {
  'bad-body-md5': ['ReceiveMessage', 'SendMessageBatch'],
  'bad-attribute-md5': ['ReceiveMessage', 'SendMessageBatch'],
  'partial-batch': ['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'],
  'partial-throttle': ['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'],
  'missing-entry': ['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'],
  'twice-named-entry': ['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'],
  // Of a send this would be a lie that nobody can see through: `Failed` means that SQS did not take the message.
  'failed-though-done': ['DeleteMessageBatch', 'ChangeMessageVisibilityBatch'],
}

/** Whether an operation can suffer a fault. */
export function suits(kind: FaultKind, operation: string): boolean {
  return ONLY[kind]?.includes(operation) ?? true
}

export interface TapeOptions {
  readonly seed: number
  /** How many faults there are on it: a tape ends, and what it troubled must then come to an end as well. */
  readonly faults: number
  /** The share of requests that are spoilt until then. */
  readonly rate: number
  /** Operations to spoil; every one unless given. */
  readonly operations?: readonly string[]
  readonly kinds?: readonly FaultKind[]
}

/** A reproducible run of bad luck: the same seed and the same requests, the same faults. */
export class Tape {
  readonly #random: () => number
  readonly #options: TapeOptions
  #left: number

  constructor(options: TapeOptions) {
    this.#options = options
    this.#random = seededRandom(options.seed)
    this.#left = options.faults
  }

  /** What happens to the next request. */
  next(operation: string): FaultKind | undefined {
    const {rate, operations, kinds = FAULTS} = this.#options
    if (this.#left === 0 || (operations !== undefined && !operations.includes(operation))) return undefined
    if (this.#random() >= rate) return undefined
    const possible = kinds.filter(kind => suits(kind, operation))
    if (possible.length === 0) return undefined
    this.#left--
    return possible[Math.floor(this.#random() * possible.length)]
  }
}
