import {createHash} from 'node:crypto'
import {unlink} from 'node:fs/promises'
import path from 'node:path'
import {diskFault, errnoOf, unsafe} from '../disk-errors.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {Disk} from '../private-files.js'
import {localDisk, openOwnFile, writeAll} from '../private-files.js'
import type {RedrivePolicy} from '../queues/queue-attributes.js'
import {isWellFormedPlan} from './plan-format.js'
import {staleByFormat} from './plan-stale.js'
import type {RedriveRequest} from './request.js'

/** Rises with every change that a reader must know of. */
export const PLAN_SCHEMA = 1
const MAGIC = 'redrive-plan'
/** A plan with ten thousand message ids is 400 KB; what is much larger is another file. */
const MAX_BYTES = 16 * 1_048_576

/** An account and a region, and the origin of an endpoint other than AWS's own. */
export interface Place {
  readonly account: string
  readonly region: string
  readonly endpoint: string | null
}

/** The settings of a queue that decide what a redrive does to its messages; another value of one of them makes a plan stale. */
export interface PlannedSettings {
  readonly arn: string
  readonly type: 'standard' | 'fifo'
  /** ISO 8601; a queue that was deleted and made again under its name is another one. */
  readonly createdAt: string
  readonly messageRetentionPeriod: number
  readonly maximumMessageSize: number
  readonly sqsManagedSseEnabled: boolean
  readonly kmsMasterKeyId: string | null
  readonly redrivePolicy: RedrivePolicy | null
}

/** Where messages go: those that came from `from`, or all of them where it is null. */
export interface PlannedRoute {
  readonly from: string | null
  /** ARN. */
  readonly to: string
  /** Null where they could not be read. */
  readonly settings: PlannedSettings | null
}

/** A redrive as it was planned, to be carried out later: what was asked, by which engine, and what it was planned from. No secrets. */
export interface PlanContent {
  /** Of msgops. */
  readonly version: string
  /** ISO 8601. */
  readonly createdAt: string
  /** ISO 8601. */
  readonly expiresAt: string
  readonly place: Place
  /** Where the destination is, when that is another connection. */
  readonly to: Place | null
  readonly engine: 'native' | 'client'
  readonly reason: string
  /** As asked, times no longer relative. */
  readonly request: RedriveRequest
  /** SHA-256 of what selects and changes messages. */
  readonly changeHash: string
  readonly source: PlannedSettings
  readonly routes: readonly PlannedRoute[]
  readonly approximateNumberOfMessages: number
  readonly approximateNumberOfMessagesNotVisible: number
  readonly approximateNumberOfMessagesDelayed: number
  /** How many messages, in flight and delayed ones included, the queue may hold when the plan is carried out. */
  readonly countRange: {readonly least: number; readonly most: number}
}

/** The text of a plan file: JSON with a checksum over what it says. */
export function planText(content: PlanContent): string {
  const body = {msgops: MAGIC, schema: PLAN_SCHEMA, ...content}
  return `${JSON.stringify({...body, checksum: checksumOf(body)}, undefined, 2)}\n`
}

/**
 * Reads the text of a plan file. Throws OpsError PlanInvalid (exit 2) for what is no plan, and PlanStale (exit 7) for a plan of another
 * schema and for one whose checksum is not that of its content.
 */
export function parsePlan(text: string, file: string): PlanContent {
  const value = parseObject(text)
  if (value?.msgops !== MAGIC) throw noPlan(file)
  const {checksum, ...body} = value
  if (body.schema !== PLAN_SCHEMA) {
    throw staleByFormat(
      file,
      `its schema is ${JSON.stringify(body.schema)}, and this version of msgops knows ${PLAN_SCHEMA}`,
    )
  }
  if (checksum !== checksumOf(body))
    throw staleByFormat(file, 'its checksum is not that of its content: it was changed or damaged')
  if (!isWellFormedPlan(body)) throw staleByFormat(file, 'what it says is not in the form of a plan')
  return body
}

/**
 * Reads a plan file of the user's own; beside what `parsePlan` throws, UnsafeFile (exit 7) for one that others could have written.
 * `user`: id of the user, where the system has users.
 */
export async function readPlanFile(name: string, user = process.getuid?.()): Promise<PlanContent> {
  const file = path.resolve(name)
  try {
    const handle = await openOwnFile(file)
    try {
      const {size, uid} = await handle.stat()
      // Unlike a journal, a plan is consent, and root is the last to lend it to others.
      if (user !== undefined && uid !== user) throw unsafe(file, 'it belongs to another user')
      if (size > MAX_BYTES) throw noPlan(file)
      return parsePlan(await handle.readFile('utf8'), file)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof OpsError || errnoOf(error) === undefined) throw error
    throw new OpsError(
      errnoOf(error) === 'ENOENT' ? `There is no file ${file}` : `${file} cannot be read: ${diskFault(error)}`,
      {
        code: errnoOf(error) === 'ENOENT' ? 'FileDoesNotExist' : 'FileUnreadable',
        exitCode: errnoOf(error) === 'ENOENT' ? ExitCode.notFound : ExitCode.failed,
        suggestions: ['A plan is made with: msgops dlq redrive DLQ --plan FILE'],
        cause: error,
      },
    )
  }
}

/**
 * Writes a plan to a new file of the user's own (0600), durably, and returns its absolute path. Throws OpsError PlanExists (exit 2) where
 * there is anything in its place, and PlanWriteFailed (exit 1) when the disk fails; then nothing is left of it.
 */
export async function writePlanFile(name: string, content: PlanContent, disk: Disk = localDisk): Promise<string> {
  const file = path.resolve(name)
  let created = false
  try {
    const handle = await disk.create(file)
    created = true
    try {
      await writeAll(handle, Buffer.from(planText(content)), 0)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await disk.syncDirectory(path.dirname(file))
    return file
  } catch (error) {
    // Half a plan is none.
    if (created) await unlink(file).catch(() => undefined)
    if (errnoOf(error) === 'EEXIST') {
      throw new OpsError(`${file} exists already, and a plan overwrites nothing`, {
        code: 'PlanExists',
        exitCode: ExitCode.usage,
        suggestions: ['Give another name with --plan, or move the file away.'],
        cause: error,
      })
    }
    throw new OpsError(`The plan could not be written to ${file}: ${diskFault(error)}`, {
      code: 'PlanWriteFailed',
      exitCode: ExitCode.failed,
      suggestions: ['Nothing was received, and nothing was changed.'],
      cause: error,
    })
  }
}

/** `0.5` to `2` times the count, ten more or less at least; with a tolerance in percent, that and no more. */
export function countRangeOf(count: number, tolerancePercent?: number): PlanContent['countRange'] {
  if (tolerancePercent !== undefined) {
    const by = (count * tolerancePercent) / 100
    return {least: Math.ceil(count - by), most: Math.floor(count + by)}
  }
  return {
    least: Math.max(0, Math.min(Math.floor(count / 2), count - 10)),
    most: Math.max(count * 2, count + 10),
  }
}

function checksumOf(body: object): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(body)).digest('hex')}`
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function noPlan(file: string): OpsError {
  return new OpsError(`${file} is no plan of a redrive`, {
    code: 'PlanInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['A plan is made with: msgops dlq redrive DLQ --plan FILE'],
  })
}
