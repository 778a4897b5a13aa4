import {isObject, parseObject} from './records.js'

/** Rises with every change that a reader must know of. */
export const SCHEMA = 1
const MAGIC = 'msgops'

/** Settings of a queue when the run began, for whoever reads the journal later; none of them is secret. */
export interface QueueSnapshot {
  readonly arn: string
  readonly fifo: boolean
  readonly approximateNumberOfMessages?: number
  readonly visibilityTimeoutSeconds?: number
  readonly messageRetentionPeriodSeconds?: number
  readonly maximumMessageSize?: number
  readonly contentBasedDeduplication?: boolean
  readonly kmsMasterKeyId?: string
  readonly redrivePolicy?: {readonly deadLetterTargetArn: string; readonly maxReceiveCount: number}
}

/** What a run is bound to: a journal is continued only where all of it is the same. */
export interface JournalBinding {
  readonly kind: string
  readonly account: string
  readonly region: string
  /** Origin of an endpoint other than AWS's own. */
  readonly endpoint?: string
  /** ARN of the dead-letter queue. */
  readonly source: string
  /** Where the messages of each origin go; `from` is absent for a queue that takes them all (`--to`). */
  readonly routes: readonly {readonly from?: string; readonly to: string}[]
  /** SHA-256 of everything that selects and changes messages. */
  readonly selectionHash: string
  /** `keep`: copies, and leaves the source as it is. */
  readonly mode: 'move' | 'keep'
  readonly fifo: boolean
  /** Name of the rule by which deduplication ids are made; another rule would undo SQS's own protection. */
  readonly deduplication: string
}

export interface JournalHeader extends JournalBinding {
  readonly schema: number
  /** Of msgops. */
  readonly version: string
  readonly job: string
  /** ISO 8601. */
  readonly startedAt: string
  /** Name only. */
  readonly profile?: string
  /** What was asked, as far as a resume needs it, and nothing that is secret. */
  readonly request?: Readonly<Record<string, unknown>>
  readonly snapshot: readonly QueueSnapshot[]
}

/** The JSON of the first line. Fields are named one by one: credentials that an object may carry do not reach the disk. */
export function encodeHeader(header: JournalHeader): string {
  const {schema, version, job, startedAt, profile, request, snapshot} = header
  return JSON.stringify({
    journal: MAGIC,
    schema,
    version,
    job,
    startedAt,
    ...bindingOf(header),
    profile,
    request,
    snapshot: snapshot.map(pickSnapshot),
  })
}

/** What the first line says of its format alone, whatever else this version cannot read; undefined when it is no journal of ours. */
export function schemaOf(json: string): {schema: number; version: string} | undefined {
  const value = parseObject(json)
  if (value?.journal !== MAGIC || typeof value.schema !== 'number') return undefined
  return {schema: value.schema, version: typeof value.version === 'string' ? value.version : 'unknown'}
}

/** Reads the first line of a journal of this schema; undefined when a field is missing or has another type. */
export function parseHeader(json: string): JournalHeader | undefined {
  const value = parseObject(json)
  return value !== undefined && isHeader(value) ? value : undefined
}

/** Every respect in which the two differ, each with both values; empty when the journal may be continued. */
export function bindingDifferences(journal: JournalBinding, live: JournalBinding): string[] {
  const [mine, theirs] = [bindingOf(journal), bindingOf(live)].map(
    binding => new Map(Object.entries(binding).map(([name, value]) => [name, shown(value)])),
  )
  return [...(mine ?? [])]
    .filter(([name, value]) => theirs?.get(name) !== value)
    .map(([name, value]) => `${name} is ${value} in the journal and ${theirs?.get(name)} here`)
}

function bindingOf(binding: JournalBinding): Record<keyof JournalBinding, unknown> {
  const {kind, account, region, source, routes, selectionHash, mode, fifo, deduplication} = binding
  // User name, password and query of an endpoint can be credentials.
  const endpoint = binding.endpoint === undefined ? undefined : new URL(binding.endpoint).origin
  return {
    kind,
    account,
    region,
    endpoint,
    source,
    routes: routes.map(({from, to}) => ({from, to})).sort((a, b) => compare(a.from ?? '', b.from ?? '')),
    selectionHash,
    mode,
    fifo,
    deduplication,
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function shown(value: unknown): string {
  if (value === undefined) return 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function pickSnapshot(queue: QueueSnapshot): QueueSnapshot {
  const {redrivePolicy: policy} = queue
  return {
    arn: queue.arn,
    fifo: queue.fifo,
    approximateNumberOfMessages: queue.approximateNumberOfMessages,
    visibilityTimeoutSeconds: queue.visibilityTimeoutSeconds,
    messageRetentionPeriodSeconds: queue.messageRetentionPeriodSeconds,
    maximumMessageSize: queue.maximumMessageSize,
    contentBasedDeduplication: queue.contentBasedDeduplication,
    kmsMasterKeyId: queue.kmsMasterKeyId,
    redrivePolicy: policy && {deadLetterTargetArn: policy.deadLetterTargetArn, maxReceiveCount: policy.maxReceiveCount},
  }
}

const STRINGS = ['version', 'job', 'kind', 'startedAt', 'account', 'region', 'source', 'selectionHash', 'deduplication']
const OPTIONAL_STRINGS = ['endpoint', 'profile']

function isHeader(value: Record<string, unknown>): value is Record<string, unknown> & JournalHeader {
  return (
    value.schema === SCHEMA &&
    STRINGS.every(name => typeof value[name] === 'string') &&
    OPTIONAL_STRINGS.every(name => value[name] === undefined || typeof value[name] === 'string') &&
    (value.request === undefined || isObject(value.request)) &&
    (value.mode === 'move' || value.mode === 'keep') &&
    typeof value.fifo === 'boolean' &&
    Array.isArray(value.routes) &&
    value.routes.every(isRoute) &&
    Array.isArray(value.snapshot) &&
    value.snapshot.every(queue => isObject(queue) && typeof queue.arn === 'string')
  )
}

function isRoute(value: unknown): boolean {
  return isObject(value) && typeof value.to === 'string' && (value.from === undefined || typeof value.from === 'string')
}
