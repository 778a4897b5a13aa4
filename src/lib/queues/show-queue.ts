import {ListQueueTagsCommand} from '@aws-sdk/client-sqs'
import {parseArn} from '../aws/arn.js'
import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {isAccessDenied} from './access.js'
import {mapBounded} from './bounded.js'
import type {Finding, FindingsInput} from './findings.js'
import {findingsOf} from './findings.js'
import {listSourceQueues} from './list-sources.js'
import type {PolicyStatement} from './policy-summary.js'
import {summarizePolicy} from './policy-summary.js'
import type {QueueAttributes} from './queue-attributes.js'
import {getQueueAttributes} from './queue-attributes.js'
import type {QueueRef} from './queue-ref.js'
import {findQueue} from './resolve-queue.js'

const READS_AT_ONCE = 16

/** A queue that the shown one is tied to; what could not be read is absent. */
export interface RelatedQueue {
  readonly name: string
  readonly arn: string
  readonly exists?: boolean
  readonly approximateNumberOfMessages?: number
  readonly messageRetentionPeriod?: number
  readonly maxReceiveCount?: number
}

export type Encryption =
  | {readonly kind: 'none' | 'SSE-SQS'}
  | {readonly kind: 'SSE-KMS'; readonly kmsMasterKeyId: string; readonly kmsDataKeyReusePeriodSeconds?: number}

type PlainAttributes = Omit<
  QueueAttributes,
  | 'queueArn'
  | 'fifoQueue'
  | 'contentBasedDeduplication'
  | 'deduplicationScope'
  | 'fifoThroughputLimit'
  | 'sqsManagedSseEnabled'
  | 'kmsMasterKeyId'
  | 'kmsDataKeyReusePeriodSeconds'
>

/** Everything about one queue; `incomplete` names the parts that could not be read, which are then absent. */
export interface QueueDetail extends PlainAttributes {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly type: 'standard' | 'fifo'
  readonly accountId: string
  readonly region: string
  readonly fifo?: {
    readonly contentBasedDeduplication: boolean
    readonly deduplicationScope?: string
    readonly fifoThroughputLimit?: string
  }
  readonly encryption: Encryption
  readonly policyStatements?: readonly PolicyStatement[]
  readonly deadLetterQueue?: RelatedQueue
  readonly sources?: readonly RelatedQueue[]
  readonly tags?: Readonly<Record<string, string>>
  readonly findings: readonly Finding[]
  readonly incomplete: readonly {readonly part: string; readonly code: string; readonly message: string}[]
}

/**
 * Reads all there is to know of a queue: attributes, tags, its dead-letter queue, the queues that dead-letter to it, and findings.
 * Only the queue's own attributes must be readable; another part that is denied is left out and named in `incomplete`.
 */
export async function showQueue(
  aws: AwsContext,
  queue: QueueRef,
  {signal}: {signal?: AbortSignal} = {},
): Promise<QueueDetail> {
  const attributes = await getQueueAttributes(aws, queue, {signal})
  const reader = new PartReader(aws, signal)
  const [tags, target, sources] = await Promise.all([
    reader.tags(queue),
    reader.deadLetterQueue(queue, attributes),
    reader.sources(queue),
  ])
  const policyStatements = attributes.policy === undefined ? undefined : summarizePolicy(attributes.policy)
  const findings = findingsOf({
    name: queue.name,
    attributes,
    policy: policyStatements,
    deadLetterQueue: target?.found,
    sources,
  })
  return {
    ...ownPart(queue, attributes),
    policyStatements,
    deadLetterQueue: target?.related,
    sources: sources?.map(sourceOf),
    tags,
    findings,
    incomplete: reader.incomplete,
  }
}

type Source = QueueRef & {readonly attributes?: QueueAttributes}

interface Target {
  readonly related: RelatedQueue
  readonly found: FindingsInput['deadLetterQueue']
}

/** Reads one part at a time, and notes the parts it was not allowed to read. */
class PartReader {
  readonly incomplete: {part: string; code: string; message: string}[] = []

  constructor(
    private readonly aws: AwsContext,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async tags(queue: QueueRef): Promise<Record<string, string> | undefined> {
    return this.part('tags', async () => {
      const sqs = await this.aws.sqs()
      const {Tags} = await sqs.send(new ListQueueTagsCommand({QueueUrl: queue.url}), {abortSignal: this.signal})
      return {...Tags}
    })
  }

  async sources(queue: QueueRef): Promise<Source[] | undefined> {
    const listed = await this.part('sources', async () => listSourceQueues(this.aws, queue, {signal: this.signal}))
    if (listed === undefined) return undefined
    return mapBounded(listed, READS_AT_ONCE, async source => ({...source, attributes: await this.attributes(source)}))
  }

  async deadLetterQueue(queue: QueueRef, {redrivePolicy}: QueueAttributes): Promise<Target | undefined> {
    if (redrivePolicy === undefined) return undefined
    const arn = parseArn(redrivePolicy.deadLetterTargetArn)
    const unread: Target = {related: {name: arn.resource, arn: redrivePolicy.deadLetterTargetArn}, found: undefined}
    if (arn.accountId !== queue.accountId || arn.region !== queue.region) {
      this.incomplete.push({
        part: 'deadLetterQueue',
        code: 'OtherAccountOrRegion',
        message: `${unread.related.arn} is in another account or region and is not read`,
      })
      return unread
    }
    const found = await this.part('deadLetterQueue', async () => ({
      ref: await findQueue(this.aws, arn.resource, {signal: this.signal}),
    }))
    if (found === undefined) return unread
    if (found.ref === undefined) return {related: {...unread.related, exists: false}, found: 'missing'}
    const attributes = await this.attributes(found.ref)
    return {
      related: {...unread.related, exists: true, ...countsOf(attributes)},
      found: attributes === undefined ? undefined : {name: found.ref.name, attributes},
    }
  }

  private async attributes(queue: QueueRef): Promise<QueueAttributes | undefined> {
    return this.part(`attributes of ${queue.name}`, async () =>
      getQueueAttributes(this.aws, queue, {signal: this.signal}),
    )
  }

  private async part<Value>(part: string, read: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await read()
    } catch (error) {
      if (!isAccessDenied(error) && !(error instanceof OpsError && error.exitCode === ExitCode.notFound)) throw error
      this.incomplete.push({part, code: error.code, message: error.message})
      return undefined
    }
  }
}

function ownPart(queue: QueueRef, attributes: QueueAttributes): Omit<QueueDetail, 'findings' | 'incomplete'> {
  const {queueArn, fifoQueue, contentBasedDeduplication, deduplicationScope, fifoThroughputLimit, ...others} =
    attributes
  const {sqsManagedSseEnabled, kmsMasterKeyId, kmsDataKeyReusePeriodSeconds, ...plain} = others
  return {
    name: queue.name,
    url: queue.url,
    arn: queueArn,
    type: fifoQueue ? 'fifo' : 'standard',
    accountId: queue.accountId,
    region: queue.region,
    ...plain,
    fifo: fifoQueue
      ? {contentBasedDeduplication: contentBasedDeduplication === true, deduplicationScope, fifoThroughputLimit}
      : undefined,
    encryption:
      kmsMasterKeyId === undefined
        ? {kind: sqsManagedSseEnabled ? 'SSE-SQS' : 'none'}
        : {kind: 'SSE-KMS', kmsMasterKeyId, kmsDataKeyReusePeriodSeconds},
  }
}

function sourceOf({name, arn, attributes}: Source): RelatedQueue {
  return {name, arn, exists: true, ...countsOf(attributes), maxReceiveCount: attributes?.redrivePolicy?.maxReceiveCount}
}

function countsOf(attributes: QueueAttributes | undefined): Partial<RelatedQueue> {
  return {
    approximateNumberOfMessages: attributes?.approximateNumberOfMessages,
    messageRetentionPeriod: attributes?.messageRetentionPeriod,
  }
}
