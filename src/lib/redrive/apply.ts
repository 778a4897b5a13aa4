import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import type {DryRun} from './consent.js'
import {consentTo, dryRunOf} from './consent.js'
import type {Place, PlanContent, PlannedSettings} from './plan-file.js'
import {countRangeOf, writePlanFile} from './plan-file.js'
import {messagesIn, placeDifferences, queueDifferences, stale, timeDifferences} from './plan-stale.js'
import type {PreparedRedrive, RedriveConnections} from './preflight.js'
import {prepareRedrive} from './preflight.js'

const EXPIRES_SECONDS = 86_400

export interface PlanWishes {
  /** Path of a file that does not exist. */
  readonly file: string
  readonly flags?: PlanFlags
  /** Of msgops. */
  readonly version: string
  readonly now?: Date
}

/** The flags beside `--plan`, as oclif hands them over: seconds that it may be carried out (a day), and a share in percent. */
export interface PlanFlags {
  readonly 'plan-expires'?: number
  readonly 'plan-tolerance'?: number
}

/** Writes what was prepared to a plan file and tells what it says; receives nothing and changes nothing. */
export async function savePlan(
  aws: AwsContext,
  prepared: PreparedRedrive,
  {file, flags = {}, version, now = new Date()}: PlanWishes,
): Promise<DryRun & {readonly planFile: NonNullable<DryRun['planFile']>}> {
  const places = {place: await placeOf(aws), to: await toPlaceOf(prepared.toAws)}
  const expiresAt = new Date(now.getTime() + (flags['plan-expires'] ?? EXPIRES_SECONDS) * 1000).toISOString()
  const content = contentOf(prepared, {
    ...places,
    version,
    createdAt: now.toISOString(),
    expiresAt,
    countRange: countRangeOf(messagesIn(prepared.sourceAttributes), flags['plan-tolerance']),
  })
  const dryRun = await dryRunOf(aws, prepared)
  const written = await writePlanFile(file, content)
  return {...dryRun, planFile: {path: written, expiresAt, countRange: content.countRange}}
}

/**
 * Prepares exactly the redrive of a plan, by its engine, where nothing that the plan was made from has changed; receives nothing and
 * changes nothing. Throws OpsError PlanStale (exit 7) with every difference, and what a redrive is refused for at the moment alone.
 */
export async function preparePlanned(
  {aws, toAws}: RedriveConnections,
  plan: PlanContent,
  {now, signal}: {now: Date; signal?: AbortSignal},
): Promise<PreparedRedrive> {
  const time = timeDifferences(plan, now.getTime())
  const places = {place: await placeOf(aws), to: await toPlaceOf(toAws)}
  const elsewhere = placeDifferences(plan, places)
  // The queues of another place say nothing about this plan.
  if (elsewhere.length > 0) throw stale(plan, [...time, ...elsewhere])
  const prepared = await prepareRedrive(
    {aws, toAws},
    {source: plan.source.arn, request: {...plan.request, engine: plan.engine}, signal},
  ).catch((error: unknown) => {
    throw isByChange(error) ? stale(plan, [...time, error.message], error) : error
  })
  const {version, createdAt, expiresAt, countRange} = plan
  const present = contentOf(prepared, {...places, version, createdAt, expiresAt, countRange})
  const differences = [...time, ...queueDifferences(plan, present)]
  if (differences.length > 0) throw stale(plan, differences)
  return {...prepared, plan: {...prepared.plan, reason: plan.reason}}
}

/** What is about to be done, line by line, for whoever watches a plan being carried out. */
export async function announcementOf(aws: AwsContext, prepared: PreparedRedrive, plan: PlanContent): Promise<string[]> {
  const {question, details} = await consentTo(aws, prepared)
  return [...details, `By the plan of ${plan.createdAt}: ${question.replace(/\?$/, '.')}`]
}

// A queue that is gone, or a redrive that is impossible now; another redrive at work is nothing that a new plan would help with.
function isByChange(error: unknown): error is OpsError {
  return (
    error instanceof OpsError &&
    (error.exitCode === ExitCode.refused || error.exitCode === ExitCode.notFound) &&
    error.code !== 'MoveTaskActive' &&
    error.code !== 'ReadOnly'
  )
}

function contentOf(
  {plan, request, source, sourceAttributes, routes, changeHash}: PreparedRedrive,
  frame: Pick<PlanContent, 'place' | 'to' | 'version' | 'createdAt' | 'expiresAt' | 'countRange'>,
): PlanContent {
  const {version, createdAt, expiresAt, place, to, countRange} = frame
  return {
    version,
    createdAt,
    expiresAt,
    place,
    to,
    engine: plan.engine,
    reason: plan.reason,
    request,
    changeHash,
    source: settingsOf(source, sourceAttributes),
    routes: routes.map(({from, target: {queue, attributes}}) => ({
      from: from ?? null,
      to: queue.arn,
      settings: attributes === undefined ? null : settingsOf(queue, attributes),
    })),
    approximateNumberOfMessages: sourceAttributes.approximateNumberOfMessages,
    approximateNumberOfMessagesNotVisible: sourceAttributes.approximateNumberOfMessagesNotVisible,
    approximateNumberOfMessagesDelayed: sourceAttributes.approximateNumberOfMessagesDelayed,
    countRange,
  }
}

function settingsOf({arn, fifo}: QueueRef, attributes: QueueAttributes): PlannedSettings {
  const {createdAt, messageRetentionPeriod, maximumMessageSize, sqsManagedSseEnabled, redrivePolicy} = attributes
  return {
    arn,
    type: fifo ? 'fifo' : 'standard',
    createdAt,
    messageRetentionPeriod,
    maximumMessageSize,
    sqsManagedSseEnabled,
    kmsMasterKeyId: attributes.kmsMasterKeyId ?? null,
    redrivePolicy:
      redrivePolicy === undefined
        ? null
        : {deadLetterTargetArn: redrivePolicy.deadLetterTargetArn, maxReceiveCount: redrivePolicy.maxReceiveCount},
  }
}

async function placeOf(aws: AwsContext): Promise<Place> {
  const endpoint = aws.endpointFor('sqs')
  return {
    account: (await aws.identity()).accountId,
    region: aws.region,
    // User name, password and query of an endpoint can be credentials.
    endpoint: endpoint === undefined ? null : new URL(endpoint).origin,
  }
}

async function toPlaceOf(toAws: AwsContext | undefined): Promise<Place | null> {
  return toAws === undefined ? null : placeOf(toAws)
}
