import {string} from '@oclif/core/flags'
import {countFlag} from './flags.js'

/** The messages that a change of a filter is tried on. */
export const sampleFlags = {
  max: countFlag({description: 'Messages to peek at in --sample-queue.', default: 100, min: 1, max: 1000}),
  sample: string({
    description:
      'Messages to try the change on, each in any form that filter test takes: a file of NDJSON, or one JSON document.',
    exclusive: ['sample-queue'],
    helpValue: '<file>',
  }),
  'sample-queue': string({
    description:
      'Try the change on messages of this queue. They are peeked at and given back, which raises their receive counts.',
    helpValue: '<queue>',
  }),
}
