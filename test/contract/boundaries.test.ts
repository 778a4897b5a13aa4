import {ESLint} from 'eslint'
import {beforeAll, describe, expect, it} from 'vitest'

/** Each row is a violation that lint must refuse, or a neighbour that it must let pass. The text is linted as if it stood at `file`. */
const REFUSED = [
  {rule: 'a domain imports the command framework', file: 'src/lib/queues/sample.ts', specifier: '@oclif/core'},
  {rule: 'a domain imports chalk', file: 'src/lib/dlq/sample.ts', specifier: 'chalk'},
  {rule: 'a domain imports ink', file: 'src/lib/redrive/sample.ts', specifier: 'ink'},
  {rule: 'a domain imports react', file: 'src/lib/redrive/sample.ts', specifier: 'react'},
  {rule: 'jobs import the command frame', file: 'src/lib/jobs/sample.ts', specifier: '../cli/base-command.js'},
  {rule: 'the AWS layer imports jobs', file: 'src/lib/aws/sample.ts', specifier: '../jobs/job.js'},
  {rule: 'a domain imports the command frame', file: 'src/lib/queues/sample.ts', specifier: '../cli/base-command.js'},
  {
    rule: 'a domain other than result.ts imports output',
    file: 'src/lib/queues/sample.ts',
    specifier: '../output/view.js',
  },
  {rule: 'result.ts imports the SDK', file: 'src/lib/queues/result.ts', specifier: '@aws-sdk/client-sqs'},
  {rule: 'a domain imports a command', file: 'src/lib/queues/sample.ts', specifier: '../../commands/queue/list.js'},
  {rule: 'a domain imports the local AWS', file: 'src/lib/queues/sample.ts', specifier: '../../sandbox/server.js'},
  {rule: 'the AWS layer imports a domain', file: 'src/lib/aws/sample.ts', specifier: '../queues/list-queues.js'},
  {rule: 'the AWS layer imports output', file: 'src/lib/aws/sample.ts', specifier: '../output/view.js'},
  {rule: 'output imports a domain', file: 'src/lib/output/sample.ts', specifier: '../queues/list-queues.js'},
  {rule: 'the frame imports a domain', file: 'src/lib/cli/sample.ts', specifier: '../dlq/list-dlqs.js'},
  {rule: 'a command imports the SDK', file: 'src/commands/queue/sample.ts', specifier: '@aws-sdk/client-sqs'},
  {
    rule: 'a command imports another command',
    file: 'src/commands/queue/sample.ts',
    specifier: '../../commands/dlq/list.js',
  },
  {
    rule: 'a command outside sandbox imports the local AWS',
    file: 'src/commands/queue/sample.ts',
    specifier: '../../sandbox/server.js',
  },
  {rule: 'the local AWS imports the client layer', file: 'src/sandbox/sample.ts', specifier: '../lib/aws/arn.js'},
  {rule: 'the local AWS imports the SDK', file: 'src/sandbox/sqs/sample.ts', specifier: '@aws-sdk/client-sqs'},
  {rule: 'filters are pure', file: 'src/lib/filters/sample.ts', specifier: '../aws/arn.js'},
  {rule: 'filters do no I/O', file: 'src/lib/filters/sample.ts', specifier: 'node:fs'},
  {rule: 'schedules are pure', file: 'src/lib/schedules/sample.ts', specifier: '@aws-sdk/client-sqs'},
  {rule: 'nobody imports vm', file: 'src/lib/messages/sample.ts', specifier: 'node:vm'},
]

const ALLOWED = [
  {rule: 'a domain imports the AWS layer', file: 'src/lib/queues/sample.ts', specifier: '../aws/context.js'},
  {rule: 'a domain imports a neighbour', file: 'src/lib/dlq/sample.ts', specifier: '../queues/list-queues.js'},
  {rule: 'result.ts imports output', file: 'src/lib/queues/result.ts', specifier: '../output/view.js'},
  {
    rule: 'a sandbox command imports the local AWS',
    file: 'src/commands/sandbox/sample.ts',
    specifier: '../../sandbox/server.js',
  },
  {
    rule: 'a command imports its domain',
    file: 'src/commands/queue/sample.ts',
    specifier: '../../lib/queues/list-queues.js',
  },
]

let eslint: ESLint

beforeAll(() => {
  // Only the boundary rules matter here; without type information one sample is a few milliseconds.
  eslint = new ESLint({
    overrideConfig: [{files: ['**/*.ts'], languageOptions: {parserOptions: {projectService: false, project: null}}}],
    ruleFilter: ({ruleId}) => ruleId === 'no-restricted-imports',
  })
})

async function boundaryErrors(file: string, specifier: string) {
  const [result] = await eslint.lintText(`import * as sample from '${specifier}'\nexport default sample\n`, {
    filePath: file,
  })
  return (result?.messages ?? []).map(message => message.ruleId ?? message.message)
}

describe('import boundaries', () => {
  it.each(REFUSED)('refuses: $rule', async ({file, specifier}) => {
    expect(await boundaryErrors(file, specifier)).toEqual(['no-restricted-imports'])
  })

  it.each(ALLOWED)('allows: $rule', async ({file, specifier}) => {
    expect(await boundaryErrors(file, specifier)).toEqual([])
  })
})
