import {ExitCode, OpsError} from '../ops-error.js'
import {isQueueName, queueArn} from './arn.js'
import type {QueueAddress} from './arn.js'
import {isLoopback} from './loopback.js'
import {AWS_DNS_SUFFIXES, partitionOf} from './partitions.js'

/** A queue URL taken apart. */
export interface QueueUrl {
  readonly url: string
  /** Scheme, host and port, e.g. `https://sqs.eu-west-1.amazonaws.com`. */
  readonly origin: string
  readonly hostname: string
  readonly accountId: string
  readonly name: string
  /** The region in an AWS host name; undefined for any other host. */
  readonly region: string | undefined
}

/** The connection that a queue URL is held against. */
export interface QueueUrlOwner {
  readonly region: string
  /** The custom endpoint of SQS, if there is one. */
  readonly endpoint: string | undefined
  /** Checked when given. */
  readonly accountId?: string
}

/** The addresses under which emulators on this machine hand out queue URLs, whatever address they are called by. */
const LOCAL_NAMES = /(?:^|\.)localhost\.localstack\.cloud$/

/**
 * Takes a queue URL apart: an http(s) URL whose path ends in account and queue name, with no user, query or fragment.
 * Throws OpsError `QueueUrlInvalid` (exit 2) otherwise; asks nobody and judges no host (assertOwnQueueUrl does).
 */
export function parseQueueUrl(text: string): QueueUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const segments = url?.pathname.split('/').filter(segment => segment !== '') ?? []
  const [accountId = '', name = ''] = segments.slice(-2)
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    `${url.username}${url.password}${url.search}${url.hash}` !== '' ||
    !/^\d{12}$/.test(accountId) ||
    !isQueueName(name)
  ) {
    throw new OpsError(`${JSON.stringify(text)} is not the URL of an SQS queue.`, {
      code: 'QueueUrlInvalid',
      exitCode: ExitCode.usage,
      suggestions: ['The URL of a queue looks like https://sqs.eu-west-1.amazonaws.com/123456789012/orders.'],
    })
  }
  return {url: text, origin: url.origin, hostname: url.hostname, accountId, name, region: awsRegionOf(url)}
}

/**
 * Takes a queue URL apart and makes sure that it belongs to the connection: its host is AWS's SQS in the connection's region
 * (regional, FIPS, dual-stack or one of the two legacy forms) or the custom endpoint. A foreign host, region or account throws
 * OpsError (exit 2): by default the SDK would send the signed request, session token and body to whatever host the URL names
 * (redrive.md, fact 4).
 */
export function assertOwnQueueUrl(text: string, owner: QueueUrlOwner): QueueUrl {
  const queue = parseQueueUrl(text)
  const {hostname, region, accountId} = queue
  if (region === undefined) {
    if (!isEndpoint(queue, owner.endpoint)) {
      throw new OpsError(
        `Queue URL ${text} names the host ${hostname}, which is not the SQS that this connection talks to.`,
        {
          code: 'QueueUrlForeignHost',
          exitCode: ExitCode.usage,
          suggestions: [
            'Give the name of the queue, or its ARN.',
            'If that host is your SQS (a VPC endpoint, an emulator), name it with --endpoint-url.',
          ],
        },
      )
    }
  } else if (region !== owner.region) {
    throw new OpsError(`Queue URL ${text} is in ${region}, but this connection is to ${owner.region}.`, {
      code: 'QueueRegionMismatch',
      exitCode: ExitCode.usage,
      suggestions: [`Run the command with --region ${region}.`],
    })
  }
  if (owner.accountId !== undefined && accountId !== owner.accountId) {
    throw new OpsError(
      `Queue URL ${text} is in account ${accountId}, but the credentials are of account ${owner.accountId}.`,
      {
        code: 'QueueAccountMismatch',
        exitCode: ExitCode.usage,
        suggestions: [`Use a --profile of account ${accountId}.`, '`msgops whoami` shows the account in use.'],
      },
    )
  }
  return queue
}

/** The URL under which AWS, or the custom endpoint, knows a queue. */
export function queueUrlOf({region, accountId, name}: QueueAddress, endpoint: string | undefined): string {
  const origin =
    endpoint === undefined ? `https://sqs.${region}.${partitionOf(region).dnsSuffix}` : new URL(endpoint).origin
  return `${origin}/${accountId}/${name}`
}

/** The ARN of the queue that a URL names; `fallbackRegion` is the connection's, for hosts that carry no region. */
export function queueArnOfUrl(text: string, fallbackRegion: string): string {
  const {region, accountId, name} = parseQueueUrl(text)
  return queueArn({region: region ?? fallbackRegion, accountId, name})
}

function awsRegionOf(url: URL): string | undefined {
  // A port or a longer path is no queue URL of AWS, whatever the host says.
  if (url.port !== '' || url.pathname.split('/').length !== 3) return undefined
  const host = url.hostname.toLowerCase()
  if (host === 'queue.amazonaws.com') return 'us-east-1'
  for (const suffix of AWS_DNS_SUFFIXES) {
    if (!host.endsWith(`.${suffix}`)) continue
    const label = host.slice(0, -suffix.length - 1)
    const region = /^sqs(?:-fips)?\.([a-z0-9-]+)$/.exec(label)?.[1] ?? /^([a-z0-9-]+)\.queue$/.exec(label)?.[1]
    if (region === undefined) continue
    const partition = partitionOf(region)
    if (suffix === partition.dnsSuffix || suffix === partition.dualStackDnsSuffix) return region
  }
  return undefined
}

function isEndpoint(queue: QueueUrl, endpoint: string | undefined): boolean {
  if (endpoint === undefined) return false
  const own = new URL(endpoint)
  if (queue.origin === own.origin) return true
  const url = new URL(queue.url)
  return (
    isLoopback(own.hostname) && url.port === own.port && (isLoopback(url.hostname) || LOCAL_NAMES.test(url.hostname))
  )
}
