import fc from 'fast-check'
import {afterAll, expect, it} from 'vitest'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import {publishMessage} from '../../../src/lib/topics/publish.js'
import {resolveTopic} from '../../../src/lib/topics/resolve-topic.js'
import {traceTopic} from '../../../src/lib/topics/trace-topic.js'
import {startSandbox} from '../../../src/sandbox/server.js'
import {sqsOf} from '../../harness/cli.js'
import {QUEUE_ARN, queueFor, snsOf, subscribe} from '../../harness/sns.js'

const sandbox = await startSandbox()
afterAll(() => sandbox.close())
const sqs = sqsOf(sandbox)
const sns = snsOf(sandbox)
const aws = createAwsContext({sandbox: true, readOnly: false, env: {MSGOPS_SANDBOX_URL: sandbox.url}})

const FILTERS: readonly (Readonly<Record<string, string>> | undefined)[] = [
  undefined,
  {FilterPolicy: '{"a0":["x"]}'},
  {FilterPolicy: '{"a0":[{"exists":false}]}'},
  {FilterPolicy: '{"n":[{"numeric":[">",1]}]}', FilterPolicyScope: 'MessageBody'},
]

const scenes = fc.record({
  filter: fc.constantFrom(...FILTERS),
  raw: fc.boolean(),
  queue: fc.constantFrom(
    'open',
    'closed',
    'gone',
    'small',
    'TLS only',
    'TLS asked for',
    'plain HTTP',
    'another Resource',
  ),
  dlq: fc.constantFrom('none', 'open', 'closed', 'gone', 'managed key', 'small', 'organization'),
  attributes: fc.integer({min: 0, max: 12}),
  body: fc.constantFrom('{"n":1}', '{"n":2}', 'plain', `{"n":2,"pad":"${'x'.repeat(1100)}"}`),
})

const GRANT = {Effect: 'Allow', Principal: {Service: 'sns.amazonaws.com'}, Action: 'sqs:SendMessage'}
const TLS_ONLY = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: `${QUEUE_ARN}end`,
  Condition: {Bool: {'aws:SecureTransport': 'false'}},
}

const overTls = (value: unknown) => ({
  Policy: JSON.stringify({
    Statement: {...GRANT, Resource: `${QUEUE_ARN}end`, Condition: {Bool: {'aws:SecureTransport': value}}},
  }),
})

/** What an endpoint has beside a policy that lets the topic in, or instead. */
const QUEUE_ATTRIBUTES: Readonly<
  Record<
    'open' | 'gone' | 'small' | 'TLS only' | 'TLS asked for' | 'plain HTTP' | 'another Resource',
    Record<string, string>
  >
> = {
  open: {},
  gone: {},
  small: {MaximumMessageSize: '1024'},
  'TLS only': {Policy: JSON.stringify({Statement: [{...GRANT, Resource: `${QUEUE_ARN}end`}, TLS_ONLY]})},
  'TLS asked for': overTls(true),
  'plain HTTP': overTls('false'),
  'another Resource': {Policy: JSON.stringify({Statement: {...GRANT, Resource: `${QUEUE_ARN}ending`}})},
}

/** What a dead-letter queue has beside a policy that lets the topic in, or instead. */
const DLQ_ATTRIBUTES: Readonly<
  Record<'open' | 'gone' | 'managed key' | 'small' | 'organization', Record<string, string>>
> = {
  open: {},
  gone: {},
  'managed key': {KmsMasterKeyId: 'alias/aws/sqs'},
  small: {MaximumMessageSize: '1024'},
  organization: {
    Policy: JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sqs:SendMessage',
        Resource: `${QUEUE_ARN}dead`,
        Condition: {StringEquals: {'aws:PrincipalOrgID': 'o-1'}},
      },
    }),
  },
}

type Scene = typeof scenes extends fc.Arbitrary<infer One> ? One : never

async function depth(name: string): Promise<number> {
  const {Attributes} = await sqs.getQueueAttributes({
    QueueUrl: `${sandbox.url}/000000000000/${name}`,
    AttributeNames: ['ApproximateNumberOfMessages'],
  })
  return Number(Attributes?.ApproximateNumberOfMessages)
}

/** A topic with one subscriber, as the scene has it. */
async function build({filter, raw, queue, dlq}: Scene) {
  await sandbox.reset({seed: false})
  await sns.createTopic({Name: 'orders'})
  if (queue === 'closed') await sqs.createQueue({QueueName: 'end'})
  else await queueFor(sqs, 'orders', 'end', QUEUE_ATTRIBUTES[queue])
  if (dlq === 'closed') await sqs.createQueue({QueueName: 'dead'})
  else if (dlq !== 'none') await queueFor(sqs, 'orders', 'dead', DLQ_ATTRIBUTES[dlq])
  const settings: Record<string, string> = {...filter}
  if (raw) settings.RawMessageDelivery = 'true'
  if (dlq !== 'none') settings.RedrivePolicy = JSON.stringify({deadLetterTargetArn: `${QUEUE_ARN}dead`})
  await subscribe(sns, 'orders', 'end', settings)
  if (dlq === 'gone') await sqs.deleteQueue({QueueUrl: `${sandbox.url}/000000000000/dead`})
  if (queue === 'gone') await sqs.deleteQueue({QueueUrl: `${sandbox.url}/000000000000/end`})
}

it('a message ends where its trace says', async () => {
  await fc.assert(
    fc.asyncProperty(scenes, async drawn => {
      await build(drawn)
      const names = Array.from({length: drawn.attributes}, (_, index) => `a${index}`)
      const messageAttributes = Object.fromEntries(names.map(name => [name, {DataType: 'String', StringValue: 'x'}]))
      const draft = {message: drawn.body, messageAttributes}
      const topic = await resolveTopic(aws, 'orders')
      const [traced] = (await traceTopic(aws, topic, draft)).subscriptions
      // The policies of the endpoints can all be decided.
      expect(traced?.reasons.map(({code}) => code)).not.toContain('PolicyUnclear')
      // What it says that it cannot tell may be either way.
      fc.pre(traced?.outcome !== 'unknown')
      await publishMessage(aws, topic, draft, {dryRun: false})
      const arrived = drawn.queue === 'gone' ? 0 : await depth('end')
      const dead = drawn.dlq === 'none' || drawn.dlq === 'gone' ? 0 : await depth('dead')
      const codes = traced?.reasons.map(({code}) => code) ?? []
      expect(arrived).toBe(traced?.outcome === 'delivered' ? 1 : 0)
      if (!codes.includes('DeadLetterUnknown')) expect(dead).toBe(codes.includes('DeadLettered') ? 1 : 0)
    }),
    {numRuns: 120},
  )
})
