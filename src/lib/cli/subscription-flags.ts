import {string} from '@oclif/core/flags'

/** Says which subscription of a topic is meant. */
export const subscriptionFlags = {
  endpoint: string({
    description: 'Which subscription of the topic: its endpoint, or the name of the queue or function.',
    helpValue: '<name|arn|url>',
  }),
}
