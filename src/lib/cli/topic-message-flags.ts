import {option, string} from '@oclif/core/flags'

/** What a message for a topic has besides its body. */
export const topicMessageFlags = {
  attribute: string({
    description:
      'Message attribute, as name=value, name:Number=3, name:String.Array=["a","b"], name:Binary=BASE64 or name:String.label=value.',
    helpValue: '<name[:type]=value>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'deduplication-id': string({description: 'MessageDeduplicationId (FIFO).', helpValue: '<id>'}),
  'group-id': string({
    description: 'MessageGroupId: needed on FIFO topics; standard topics pass it on to fair queues.',
    helpValue: '<id>',
  }),
  structure: option({options: ['json'] as const})({
    description: 'json: the message is an object with a text for each protocol, and one under "default".',
  }),
  subject: string({description: 'Subject, for mail and in the envelope; up to 100 characters.', helpValue: '<text>'}),
}
