import {afterAll, describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {TOPIC_ARN} from '../harness/sns.js'
import {temporaryHome, writeRun} from '../lib/jobs/journals.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const clean = await temporaryHome(afterAll)
const used = await temporaryHome(afterAll)
const {job} = await writeRun(used.state, {
  steps: [
    ['intent', 1, 2],
    ['sent', [1, 101]],
  ],
})
const ended = {
  'msgops:temporary': 'topic-tail',
  'msgops:topic': `${TOPIC_ARN}orders`,
  'msgops:owner': 'there/1',
  'msgops:expires': '2020-01-01T00:00:00.000Z',
}
const QueueName = 'msgops-tail-orders-00000001'

describe('msgops doctor', () => {
  it('says so where nothing was left behind, and passes over queues in use and queues of others', async () => {
    await sqs.createQueue({QueueName, tags: {...ended, 'msgops:expires': '2999-01-01T00:00:00.000Z'}})
    await sqs.createQueue({QueueName: 'msgops-tail-mine', tags: {team: 'shop'}})
    const {code, stdout, stderr} = await cli.piped(['doctor'], {env: {XDG_STATE_HOME: clean.home}})
    expect({code, stdout, stderr}).toEqual({
      code: 0,
      stdout: 'RESOURCE\tNEXT\tFINDING\n',
      stderr: 'Nothing was left behind in account 000000000000, us-east-1, nor in the journals of this machine.\n',
    })
  })

  it('names an abandoned queue and a redrive that was cut off, each with the next command over the same connection, and changes nothing', async () => {
    await sqs.createQueue({QueueName, tags: ended})
    const asked = operations(cli.sandbox).length
    const {code, document} = await cli.json(['doctor', '--read-only', '--sandbox'], {env: {XDG_STATE_HOME: used.home}})
    expect({code, findings: document.findings}).toEqual({
      code: 0,
      findings: [
        {
          code: 'JobInterrupted',
          resource: job,
          message: expect.stringMatching(/^A redrive of \S+ was cut off, and can be resumed or given up$/) as string,
          next: `msgops job show ${job} --sandbox`,
        },
        {
          code: 'TemporaryQueueAbandoned',
          resource: QueueName,
          message: 'Left behind with its subscription to orders: nobody has renewed it in time',
          next: 'msgops topic tail --clean-up --sandbox',
        },
      ],
    })
    expect(new Set(operations(cli.sandbox).slice(asked))).toEqual(
      new Set(['GetCallerIdentity', 'ListQueues', 'ListQueueTags']),
    )
    expect((await sqs.listQueues({QueueNamePrefix: QueueName})).QueueUrls).toHaveLength(1)
  })

  it('does not say that there is nothing where it may not look: exit 3', async () => {
    await sqs.createQueue({QueueName, tags: ended})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ListQueueTags'})
    const {code, stderr} = await cli.piped(['doctor'], {env: {XDG_STATE_HOME: clean.home}})
    expect(code).toBe(3)
    expect(stderr).toContain(`Whether ${QueueName} is a temporary queue is not known`)
    expect(stderr).not.toContain('Nothing was left behind')
  })
})
