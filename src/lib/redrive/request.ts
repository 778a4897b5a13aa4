import {createHash} from 'node:crypto'
import path from 'node:path'
import type {SelectionFlags} from '../selection/selection.js'

/** A canary as it is asked for; how long to wait is worked out from the destination where it is not said. */
export interface CanaryRequest {
  readonly count: number
  readonly waitSeconds?: number
  readonly maxReturnPercent: number
}

/** What is asked of a redrive, in the form that journals and plan files keep; nothing in it is secret. */
export interface RedriveRequest {
  readonly engine: 'auto' | 'native' | 'client'
  /** Name, URL or ARN. */
  readonly to?: string
  readonly toProfile?: string
  readonly toRegion?: string
  readonly selection?: SelectionFlags
  /** JMESPath. */
  readonly transform?: string
  /** The program and its arguments. */
  readonly through?: readonly string[]
  readonly max?: number
  readonly perSecond?: number
  readonly concurrency?: number
  readonly keep?: boolean
  /** Path of a file. */
  readonly backup?: string
  readonly onUnknown?: 'resend' | 'hold'
  readonly follow?: boolean
  readonly shared?: boolean
  readonly canary?: CanaryRequest
  /** False: return as soon as AWS has taken the task. */
  readonly wait?: boolean
}

/** The flags of `dlq redrive`, as oclif hands them over. */
export interface RedriveFlags {
  readonly engine: 'auto' | 'native' | 'client'
  readonly to?: string
  readonly 'to-profile'?: string
  readonly 'to-region'?: string
  readonly transform?: string
  readonly through?: readonly string[]
  readonly max?: number
  readonly rate?: number
  readonly concurrency?: number
  readonly keep?: boolean
  readonly backup?: string
  readonly 'on-unknown'?: 'resend' | 'hold'
  readonly follow?: boolean
  readonly shared?: boolean
  readonly canary?: number
  readonly 'canary-wait'?: number
  readonly 'canary-max-return'?: number
  readonly 'no-wait'?: boolean
}

/** What the flags ask for; a path among them is made absolute, since a job is resumed from another folder. */
export function requestOf(flags: RedriveFlags, selection: SelectionFlags | undefined): RedriveRequest {
  const {engine, to, transform, through, max, rate, concurrency, keep, backup, follow, shared, canary} = flags
  return {
    engine,
    to,
    toProfile: flags['to-profile'],
    toRegion: flags['to-region'],
    selection,
    transform,
    through,
    max,
    perSecond: rate,
    concurrency,
    keep: given(keep),
    backup: backup === undefined ? undefined : path.resolve(backup),
    onUnknown: flags['on-unknown'],
    follow: given(follow),
    shared: given(shared),
    canary:
      canary === undefined
        ? undefined
        : {
            count: canary,
            waitSeconds: flags['canary-wait'],
            maxReturnPercent: flags['canary-max-return'] ?? 0,
          },
    wait: flags['no-wait'] ? false : undefined,
  }
}

// oclif leaves a switch that is not given undefined; one that is false says the same.
function given(flag: boolean | undefined): true | undefined {
  return flag === true ? true : undefined
}

/** The flags of a request that AWS's move task has nothing for, as they are written. */
export function clientOnlyFlags(request: RedriveRequest): string[] {
  const {
    selection = {},
    transform,
    through,
    keep,
    backup,
    onUnknown,
    follow,
    shared,
    canary,
    toProfile,
    toRegion,
  } = request
  const given: [string, boolean][] = [
    ['--where', selection.where !== undefined],
    ['--pattern', selection.pattern !== undefined],
    ['--match', selection.match !== undefined],
    ['--attribute', selection.attribute !== undefined],
    ['--older-than', selection.olderThan !== undefined],
    ['--newer-than', selection.newerThan !== undefined],
    ['--id', selection.id !== undefined],
    ['--transform', transform !== undefined],
    ['--through', through !== undefined],
    ['--keep', keep === true],
    ['--backup', backup !== undefined],
    ['--canary', canary !== undefined],
    ['--follow', follow === true],
    ['--shared', shared === true],
    ['--on-unknown', onUnknown !== undefined],
    ['--to-profile', toProfile !== undefined],
    ['--to-region', toRegion !== undefined],
  ]
  return given.filter(([, isGiven]) => isGiven).map(([flag]) => flag)
}

/**
 * SHA-256 (hex) of what selects and changes messages: a journal is gone on with, and a plan carried out, only where it is the same.
 * `selectionHash` and `transformHash` are those of the compiled selection and transform.
 */
export function changeHash({
  selectionHash,
  transformHash,
  through,
}: {
  selectionHash?: string
  transformHash?: string
  through?: readonly string[]
}): string {
  const parts = ['msgops-change-1', selectionHash ?? null, transformHash ?? null, through ?? null]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
