import type {Dice} from './dice.js'
import {DAY_MS, HOUR_MS, MINUTE_MS, type PastLetter} from './past.js'
import {queueArn, type QueueSpec} from './player.js'

const VISIBILITY_SECONDS = 60
const MAX_RECEIVE_COUNT = 2
const DLQ = 'thumbnails-dlq'
const SOURCES = ['thumbnails', 'previews'] as const

/** Two queues that share one DLQ with the default retention of four days: its oldest message is about to expire. */
export const imageQueues: readonly QueueSpec[] = [
  {
    name: DLQ,
    attributes: {
      RedriveAllowPolicy: JSON.stringify({redrivePermission: 'byQueue', sourceQueueArns: SOURCES.map(queueArn)}),
    },
    tags: {team: 'media', purpose: 'dead-letter'},
  },
  ...SOURCES.map(name => ({
    name,
    attributes: {VisibilityTimeout: String(VISIBILITY_SECONDS)},
    tags: {team: 'media'},
    deadLetter: {queue: DLQ, maxReceiveCount: MAX_RECEIVE_COUNT},
  })),
]

/** S3 notifications of images that could not be rendered: six for thumbnails, four for previews. */
export function imageHistory(dice: Dice): PastLetter[] {
  return Array.from({length: 10}, (_, i) => {
    const queue = i % 5 < 3 ? SOURCES[0] : SOURCES[1]
    return {
      queue,
      ageMs: 4 * DAY_MS - 4 * HOUR_MS - i * 5 * HOUR_MS - dice.between(0, 30) * MINUTE_MS,
      letter: (sentAt: Date) => ({MessageBody: JSON.stringify(notification(dice, sentAt, queue))}),
      attempts: MAX_RECEIVE_COUNT + 1,
    }
  })
}

function notification(dice: Dice, sentAt: Date, queue: string): object {
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: sentAt.toISOString(),
        eventName: 'ObjectCreated:Put',
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: `${queue}-on-upload`,
          bucket: {name: 'sandbox-uploads', arn: 'arn:aws:s3:::sandbox-uploads'},
          object: {
            key: `photos/${dice.hex(8)}.${dice.pick(['heic', 'tiff', 'psd'])}`,
            size: dice.between(90_000, 40_000_000),
            eTag: dice.hex(32),
          },
        },
      },
    ],
  }
}
