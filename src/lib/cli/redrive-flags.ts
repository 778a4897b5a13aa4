import {boolean, custom, option, string} from '@oclif/core/flags'
import {countFlag, durationFlag} from './flags.js'

const helpGroup = 'CHANGE AND SAFETY'

/** A share in percent: `20`, `20%` or `2.5`. */
const percentFlag = custom<number>({
  helpValue: '<percent>',
  parse: input => {
    const [, digits] = /^(\d{1,3}(?:\.\d{1,2})?) ?%?$/.exec(input) ?? []
    const percent = Number(digits)
    if (digits === undefined || percent > 100) throw new Error(`"${input}" is no share of 0 to 100 percent`)
    return Promise.resolve(percent)
  },
})

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
