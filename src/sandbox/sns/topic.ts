import {Deduplication} from '../sqs/deduplication.js'
import type {Subscription} from './subscription.js'
import type {TopicSettings} from './topic-settings.js'

/** Counts of a topic since it was created, named as SNS's CloudWatch metrics. */
export interface TopicCounts {
  numberOfMessagesPublished: number
  numberOfNotificationsDelivered: number
  numberOfNotificationsFilteredOut: number
  numberOfNotificationsFailed: number
  numberOfNotificationsRedrivenToDlq: number
  numberOfNotificationsFailedToRedriveToDlq: number
}

// Wherever AWS begins, its numbers have twenty digits and grow.
const FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000n
const SEQUENCE_STEP = 1000n

/** One topic: its settings, its subscriptions and what a FIFO topic remembers of the last five minutes. */
export class Topic {
  readonly tags = new Map<string, string>()
  /** By id, in the order of subscribing; pending ones included. */
  readonly subscriptions = new Map<string, Subscription>()
  readonly deduplication = new Deduplication()
  readonly counts: TopicCounts = {
    numberOfMessagesPublished: 0,
    numberOfNotificationsDelivered: 0,
    numberOfNotificationsFilteredOut: 0,
    numberOfNotificationsFailed: 0,
    numberOfNotificationsRedrivenToDlq: 0,
    numberOfNotificationsFailedToRedriveToDlq: 0,
  }
  subscriptionsDeleted = 0
  #sequenceNumber = FIRST_SEQUENCE_NUMBER

  constructor(
    readonly account: string,
    readonly region: string,
    readonly name: string,
    readonly arn: string,
    public settings: TopicSettings,
  ) {}

  get fifo(): boolean {
    return this.settings.fifoTopic
  }

  nextSequenceNumber(): string {
    this.#sequenceNumber += SEQUENCE_STEP
    return this.#sequenceNumber.toString()
  }
}

export function topicArn(account: string, region: string, name: string): string {
  return `arn:aws:sns:${region}:${account}:${name}`
}
