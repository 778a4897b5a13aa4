import {boolean, option, string} from '@oclif/core/flags'
import {countFlag, durationFlag, percentFlag} from './flags.js'

const helpGroup = 'CHANGE AND SAFETY'

/** Where the messages go. */
export const destinationFlags = {
  to: string({description: 'Name, URL or ARN of the queue to move to.', helpValue: '<queue>'}),
  'to-profile': string({
    description: 'Profile for the queue of --to, where it is in another account.',
    dependsOn: ['to'],
    helpValue: '<name>',
  }),
  'to-region': string({
    description: 'Region of the queue of --to, where it is another one.',
    dependsOn: ['to'],
    helpValue: '<region>',
  }),
}

/** How much of it, and how fast. */
export const paceFlags = {
  concurrency: countFlag({
    description:
      'Batches of ten under way at once by the client engine, at most (default: 128; a FIFO queue has one worker).',
    min: 1,
    max: 200,
  }),
  max: countFlag({description: 'Move this many messages at most.', min: 1}),
  'no-wait': boolean({description: 'Return as soon as AWS has taken the move task.'}),
}

/** A plan that is written to a file, and carried out later. */
export const planFlags = {
  plan: string({
    description: 'Write the plan to this new file (owner only) for msgops job apply, as --dry-run shows it.',
    exclusive: ['dry-run'],
    helpGroup,
    helpValue: '<file>',
  }),
  'plan-expires': durationFlag({
    description: 'How long the plan may be carried out (default: 24h).',
    dependsOn: ['plan'],
    helpGroup,
    min: 1,
    max: 2_592_000,
  }),
  'plan-tolerance': percentFlag({
    description:
      'How far the number of messages may be off by then (default: from half to double, and by 10 messages in any case).',
    dependsOn: ['plan'],
    helpGroup,
  }),
}

/** The flags of a redrive that change messages, look before they leap, or say what is done in doubt. */
export const redriveFlags = {
  transform: string({
    description: 'The new body: this JMESPath expression over the message. Attributes stay.',
    exclusive: ['through'],
    helpGroup,
    helpValue: '<jmespath>',
  }),
  through: string({
    description:
      'Let a program decide and change: one JSON message a line on its stdin, one answer {messageId, action: move|skip|discard, body?, messageAttributes?} a line on its stdout. Repeat the flag for its arguments; no shell is involved.',
    helpGroup,
    helpValue: '<program>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  keep: boolean({description: 'Copy the messages and leave the dead-letter queue as it is.', helpGroup}),
  backup: string({
    description: 'Write every message to this new file (NDJSON, owner only) before it is sent.',
    helpGroup,
    helpValue: '<file>',
  }),
  'on-unknown': option({options: ['resend', 'hold'] as const})({
    description:
      'A message whose send has no known outcome: send it again and list it (resend, the default), or keep it in the dead-letter queue and list it (hold). On a FIFO queue SQS drops the second copy for five minutes.',
    helpGroup,
  }),
  canary: countFlag({
    description: 'Move this many first, wait, and go on only if they do not come back.',
    helpGroup,
    min: 1,
    max: 10_000,
  }),
  'canary-max-return': percentFlag({
    description: 'Share of the canary that may come back (default: 0).',
    dependsOn: ['canary'],
    helpGroup,
  }),
  'canary-wait': durationFlag({
    description:
      'How long to wait for it (default: as long as a failing consumer takes to use up all receives, 15m at most).',
    dependsOn: ['canary'],
    helpGroup,
    min: 1,
    max: 43_200,
  }),
  follow: boolean({
    description: 'Go on with what arrives after the start, until Ctrl-C; what came back after it was moved stays.',
    helpGroup,
  }),
  shared: boolean({
    description: 'Other hosts redrive the same queue with the same flags at the same time.',
    helpGroup,
  }),
}
