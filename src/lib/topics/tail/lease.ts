import type {AwsContext} from '../../aws/context.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {LEASE_MS, renewLease} from './temporary-queue.js'

/** How often it is looked whether the lease is due; a machine that slept is late by no more than that. */
const TICK_MS = 60_000

/** Whether a failure may be over by the next call: throttled, timed out, unreachable. */
export function isPassing(error: unknown): boolean {
  return error instanceof OpsError && error.exitCode === ExitCode.unreachable
}

/** Calls `run` every so many milliseconds until the returned function is called. */
export type Every = (run: () => Promise<void>, milliseconds: number) => () => void

const byTimer: Every = (run, milliseconds) => {
  const timer = setInterval(() => void run(), milliseconds).unref()
  return () => {
    clearInterval(timer)
  }
}

/** Keeps a temporary queue its owner's: by the clock, and so also while nobody takes what was received. */
export class Lease {
  #renewAt: number
  #failure: Error | undefined
  #stop: (() => void) | undefined
  readonly #now: () => number

  constructor(
    private readonly aws: AwsContext,
    private readonly queue: QueueRef,
    {now, every = byTimer}: {readonly now: () => number; readonly every?: Every},
  ) {
    this.#now = now
    this.#renewAt = now() + LEASE_MS / 4
    this.#stop = every(async () => this.#renew(), TICK_MS)
  }

  /** Throws what keeps the lease from being renewed for good. */
  assertRenewable(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  end(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  async #renew(): Promise<void> {
    const now = this.#now()
    if (this.#stop === undefined || now < this.#renewAt) return
    try {
      await renewLease(this.aws, this.queue, now)
      this.#renewAt = now + LEASE_MS / 4
    } catch (error) {
      // It is tried again in a minute, for three quarters of an hour.
      if (!isPassing(error)) this.#failure = error instanceof Error ? error : new Error(String(error))
    }
  }
}
