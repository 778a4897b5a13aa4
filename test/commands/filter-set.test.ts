import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Ajv} from 'ajv'
import {describe, expect, it} from 'vitest'
import {createAwsContext} from '../../src/lib/aws/connect.js'
import {applyFilter} from '../../src/lib/topics/filter/apply.js'
import {findSubscription} from '../../src/lib/topics/filter/find-subscription.js'
import {planFilter} from '../../src/lib/topics/filter/plan.js'
import {dangersIn, hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {QUEUE_ARN, TOPIC_ARN, queueFor, snsOf, subscribe} from '../harness/sns.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const sns = snsOf(cli.sandbox)
const folder = mkdtempSync(path.join(tmpdir(), 'msgops-filter-set-'))

function expectValid(name: string, document: unknown): void {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

function file(name: string, content: string): string {
  const target = path.join(folder, name)
  writeFileSync(target, content)
  return target
}

/** A topic with the queues `audit` and `all`; `audit` has the filter. */
async function scene(attributes: Record<string, string> = {FilterPolicy: '{"tenant":["acme","umbrella"]}'}) {
  await sns.createTopic({Name: 'orders'})
  await queueFor(sqs, 'orders', 'audit')
  await queueFor(sqs, 'orders', 'all')
  const audit = await subscribe(sns, 'orders', 'audit', attributes)
  await subscribe(sns, 'orders', 'all', {RawMessageDelivery: 'true'})
  return audit
}

async function filterOf(SubscriptionArn: string) {
  const {Attributes = {}} = await sns.getSubscriptionAttributes({SubscriptionArn})
  return {policy: Attributes.FilterPolicy, scope: Attributes.FilterPolicyScope}
}

const writes = () => operations(cli.sandbox).filter(action => action === 'SetSubscriptionAttributes').length
const set = (...words: string[]) => ['filter', 'set', 'orders', '--endpoint', 'audit', ...words]
/** What SNS says of too many keys, as it is recorded. */
const REFUSAL = {
  kind: 'error',
  action: 'SetSubscriptionAttributes',
  code: 'InvalidParameter',
  message: 'Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys',
  status: 400,
} as const
const putBack = (arn: string) =>
  `msgops filter set ${arn} --policy '{"tenant":["acme","umbrella"]}' --scope MessageAttributes --yes`
const ACME = {policy: '{"tenant":["acme","umbrella"]}', scope: 'MessageAttributes'}

describe('msgops filter show', () => {
  it('shows the policy of a subscription, by topic and endpoint or by its ARN', async () => {
    const arn = await scene()
    const {code, document} = await cli.json(['filter', 'show', 'orders', '--endpoint', 'audit'])
    expect(code).toBe(0)
    expectValid('filter-show', document)
    expect(document).toMatchObject({
      subscription: arn,
      topic: {name: 'orders', arn: `${TOPIC_ARN}orders`},
      protocol: 'sqs',
      endpoint: `${QUEUE_ARN}audit`,
      filterPolicy: '{"tenant":["acme","umbrella"]}',
      filterPolicyScope: 'MessageAttributes',
      counts: {topLevelKeys: 1, leafKeys: 1, combinations: 2, wildcardPoints: 0},
    })
    const byArn = await cli.json(['filter', 'show', arn, '--read-only'])
    expect(byArn.document).toEqual(document)
    const byEndpoint = await cli.json(['filter', 'show', `${TOPIC_ARN}orders`, '--endpoint', `${QUEUE_ARN}audit`])
    expect(byEndpoint.document).toEqual(document)
  })

  it('says that there is none', async () => {
    await scene()
    const {document} = await cli.json(['filter', 'show', 'orders', '--endpoint', 'all'])
    expectValid('filter-show', document)
    expect(document).toMatchObject({filterPolicy: null, filterPolicyScope: null, counts: null, findings: []})
    const {stdout} = await cli.piped(['filter', 'show', 'orders', '--endpoint', 'all'])
    expect(stdout).toContain('Filter policy\tnone: every message is delivered')
  })

  it('names what was meant: exit 5 with the nearest endpoints, exit 2 where several fit', async () => {
    const arn = await scene()
    const near = await cli.json(['filter', 'show', 'orders', '--endpoint', 'audti'])
    expect([near.code, near.document.error]).toMatchObject([
      5,
      {code: 'SubscriptionDoesNotExist', suggestions: ['Did you mean audit?']},
    ])
    const several = await cli.json(['filter', 'show', 'orders'])
    expect([several.code, several.document.error]).toMatchObject([
      2,
      {code: 'SubscriptionAmbiguous', suggestions: ['Say which with --endpoint: audit, all.']},
    ])
    await sns.unsubscribe({SubscriptionArn: arn})
    const gone = await cli.json(['filter', 'show', arn])
    expect([gone.code, gone.document.error]).toMatchObject([5, {code: 'SubscriptionDoesNotExist'}])
    expect(JSON.stringify(gone.document)).toContain('sqs all')
    expect((await cli.json(['filter', 'show', 'ordres'])).code).toBe(5)
    expect((await cli.json(['filter', 'show', arn.replace('us-east-1', 'eu-west-1')])).code).toBe(2)
  })

  it('reads in a terminal of 80 columns, the policy a line a key', async () => {
    await scene({FilterPolicy: '{"tenant":["acme",{"prefix":"um"}],"price":[300.0]}'})
    const {output} = await cli.terminal(['filter', 'show', 'orders', '--endpoint', 'audit', '--no-color'])
    const lines = output.replaceAll('\r\n', '\n').split('\n')
    expect(lines.map(line => line.trim())).toEqual(
      expect.arrayContaining(['"tenant": ["acme", {"prefix": "um"}],', '"price": [300.0]']),
    )
    expect(lines.filter(line => line.length > 80 && !line.includes('arn:'))).toEqual([])
  })
})

describe('msgops filter set', () => {
  it('sets a policy and reads it back', async () => {
    const arn = await scene()
    const {code, document} = await cli.json(set('--policy', '{"tenant":["acme","initech"]}', '--yes'))
    expect(code).toBe(0)
    expectValid('filter-set', document)
    expect(document).toMatchObject({
      state: 'set',
      before: {filterPolicy: '{"tenant":["acme","umbrella"]}', filterPolicyScope: 'MessageAttributes'},
      after: {filterPolicy: '{"tenant":["acme","initech"]}', filterPolicyScope: 'MessageAttributes'},
      changes: [{path: 'tenant', change: 'changed', added: ['"initech"'], removed: ['"umbrella"'], kept: ['"acme"']}],
      sample: null,
    })
    expect(await filterOf(arn)).toEqual({policy: '{"tenant":["acme","initech"]}', scope: 'MessageAttributes'})
    expect(writes()).toBe(1)
  })

  it('calls nothing for a policy that SNS refuses, and says so in its words: exit 2', async () => {
    const {code, document} = await cli.json(set('--policy', '{"tenant":"acme"}', '--yes'))
    expect([code, document.error]).toMatchObject([
      2,
      {
        code: 'FilterPolicyInvalid',
        message: expect.stringContaining('FilterPolicy: "tenant" must be an object or an array') as string,
      },
    ])
    expect((await cli.json(set('--policy', '{}', '--yes'))).document.error).toMatchObject({code: 'FilterPolicyEmpty'})
    expect((await cli.json(set('--yes'))).code).toBe(2)
    expect((await cli.json(set('--policy', '{"a":["b"]}', '--remove', '--yes'))).code).toBe(2)
    expect(operations(cli.sandbox)).toEqual([])
  })

  it('refuses a nested policy in the scope that the subscription has: exit 2, nothing set', async () => {
    await scene()
    const {code, document} = await cli.json(set('--policy', '{"order":{"tenant":["acme"]}}', '--yes'))
    expect([code, document.error]).toMatchObject([
      2,
      {suggestions: ['A policy on the body may be nested: --scope MessageBody.', expect.any(String)]},
    ])
    expect(writes()).toBe(0)
  })

  it.each([
    ['the same text', '{"tenant":["acme","umbrella"]}'],
    ['other white space', '{ "tenant" : [ "acme",\n "umbrella" ] }'],
  ])('has nothing to change for %s: exit 0 without a question or a call', async (_, policy) => {
    await scene()
    const {code, document} = await cli.json(set('--policy', policy))
    expect([code, document.state, writes()]).toEqual([0, 'unchanged', 0])
  })

  it.each(['--yes', '--dry-run'])('says grave findings with %s too, and goes on', async flag => {
    await scene()
    const twice = '{"tenant":["lost"],"tenant":["acme"]}'
    const {code, stderr} = await cli.piped(set('--policy', twice, flag))
    expect([code, stderr]).toEqual([0, expect.stringContaining('Warning: tenant: tenant stands here twice')])
    const six = '{"d":{"q":["a"],"r":["x"],"s":["x"]},"e":[1],"f":[1],"g":[1]}'
    const {document} = await cli.json(set('--policy', six, '--scope', 'MessageBody', '--dry-run'))
    expect(document.warnings).toEqual([expect.stringContaining('It has 6 keys that hold values')])
  })

  it('calls nothing for a policy above 256 KB: exit 2', async () => {
    const large = file('large.json', JSON.stringify({tenant: ['x'.repeat(262_144)]}))
    const {code, document} = await cli.json(set('--policy', large, '--yes'))
    expect([code, document.error, operations(cli.sandbox)]).toMatchObject([2, {code: 'FilterPolicyInvalid'}, []])
  })

  it('needs consent: exit 7 on a pipe, asked on a terminal after the difference', async () => {
    const arn = await scene()
    const piped = await cli.piped(set('--policy', '{"region":["eu"]}'))
    expect(piped.code).toBe(7)
    expect(piped.stderr).toContain('To confirm, run: msgops filter set orders')
    const words = [...set('--policy', '{"region":["eu"],"tenant":["acme"]}'), '--no-color']
    const no = await cli.terminal(words, {answers: [['[y/N]', 'n\r']]})
    expect(no.code).toBe(7)
    const lines = no.output.replaceAll('\r\n', '\n').split('\n')
    expect(lines).toEqual(expect.arrayContaining(['~ tenant', '    - "umbrella"', '+ region', '    + "eu"']))
    expect(lines.filter(line => line.length > 80 && !line.includes('arn:'))).toEqual([])
    expect(await filterOf(arn)).toEqual(ACME)
    const yes = await cli.terminal(words, {answers: [['[y/N]', 'y\r']]})
    expect(yes.code).toBe(0)
    expect(yes.output).toContain('It takes up to 15 minutes')
    expect(await filterOf(arn)).toMatchObject({policy: '{"region":["eu"],"tenant":["acme"]}'})
  })

  it('removes a filter, and is refused in read-only mode; --dry-run changes nothing', async () => {
    const arn = await scene()
    const refused = await cli.json(set('--remove', '--yes', '--read-only'))
    expect([refused.code, refused.document.error]).toMatchObject([
      7,
      {code: 'ReadOnly', message: `Read-only mode refuses to take the filter away from ${arn}. Nothing was changed.`},
    ])
    expect(refused.stderr).not.toContain('To put the old filter back')
    const planned = await cli.json(set('--remove', '--dry-run', '--read-only'))
    expectValid('filter-set', planned.document)
    expect(planned.document).toMatchObject({
      state: 'planned',
      after: {filterPolicy: null, filterPolicyScope: null},
      changes: [{path: 'tenant', change: 'removed', removed: ['"acme"', '"umbrella"']}],
      steps: [{attribute: 'FilterPolicy', value: '', then: 'every message'}],
    })
    expect(await filterOf(arn)).toEqual(ACME)
    const removed = await cli.json(set('--remove', '--yes'))
    expectValid('filter-set', removed.document)
    expect(removed.document).toMatchObject({
      state: 'set',
      notes: ['It takes up to 15 minutes until the change is in force everywhere.'],
    })
    expect(await filterOf(arn)).toEqual({policy: undefined, scope: undefined})
    expect((await cli.json(set('--remove', '--yes'))).document).toMatchObject({state: 'unchanged', notes: []})
    const first = await cli.json(set('--policy', '{"region":["eu"]}', '--yes'))
    expect([first.code, first.stderr]).toEqual([
      0,
      `To put the old filter back: msgops filter set ${arn} --remove --yes\n`,
    ])
  })

  it('refuses when somebody else changed the policy since the plan: exit 7, theirs stays', async () => {
    const arn = await scene()
    const aws = createAwsContext({sandbox: true, readOnly: false, env: {MSGOPS_SANDBOX_URL: cli.sandbox.url}})
    const found = await findSubscription(aws, arn)
    const plan = planFilter(found, {remove: false, filterPolicy: '{"region":["eu"]}'})
    const theirs = '{"tenant":["theirs"]}'
    await sns.setSubscriptionAttributes({SubscriptionArn: arn, AttributeName: 'FilterPolicy', AttributeValue: theirs})
    await expect(applyFilter(aws, plan, {restore: 'msgops'})).rejects.toMatchObject({
      code: 'FilterPolicyChanged',
      exitCode: 7,
    })
    expect(await filterOf(arn)).toMatchObject({policy: theirs})
    expect(writes()).toBe(1)
  })
})

describe('hostile policies', () => {
  it('are shown harmless, in the plan above the question and in the result', async () => {
    const names = hostileStrings.map(({text}) => text).filter(text => text !== '')
    const hostile = JSON.stringify({[names.join('')]: names.slice(0, 20)})
    await scene()
    const asked = await cli.piped(set('--policy', hostile))
    expect([asked.code, asked.stderr]).toEqual([7, expect.stringContaining('    + "')])
    const done = await cli.terminal([...set('--policy', hostile), '--no-color', '--yes'])
    expect(done.code).toBe(0)
    const shown = await cli.terminal(['filter', 'show', 'orders', '--endpoint', 'audit', '--no-color'])
    for (const output of [asked.stderr, done.output, shown.output])
      expect(dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
  })

  it('a denied subscription: exit 4 with the permission', async () => {
    await scene()
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetSubscriptionAttributes'})
    const {code, document} = await cli.json(['filter', 'show', 'orders', '--endpoint', 'audit'])
    expect([code, JSON.stringify(document)]).toEqual([4, expect.stringContaining('sns:GetSubscriptionAttributes')])
  })
})

describe('a new scope', () => {
  it('goes by a policy that holds nothing back in either scope', async () => {
    const arn = await scene()
    const wanted = '{"order":{"total":[{"numeric":[">=",1e2]}]}}'
    const words = set('--policy', wanted, '--scope', 'MessageBody')
    const {document} = await cli.json([...words, '--dry-run'])
    const bridge = '{"$or":[{"tenant":["acme","umbrella"]},{"order.total":[{"numeric":[">=",1e2]}]}]}'
    expect(
      (document.steps as {attribute: string; value: string}[]).map(({attribute, value}) => [attribute, value]),
    ).toEqual([
      ['FilterPolicy', bridge],
      ['FilterPolicyScope', 'MessageBody'],
      ['FilterPolicy', wanted],
    ])
    expect((await cli.json([...words, '--yes'])).code).toBe(0)
    expect(await filterOf(arn)).toEqual({policy: wanted, scope: 'MessageBody'})
  })

  it('goes by no policy where none fits in between: more arrives, nothing is lost, and the plan says so', async () => {
    const nested = '{"a":{"b":["1"]},"c":["2"],"d":["3"]}'
    const arn = await scene({FilterPolicyScope: 'MessageBody', FilterPolicy: nested})
    const five = '{"e":["4"],"f":["5"],"g":["6"],"h":["7"],"i":["8"]}'
    const words = set('--policy', five, '--scope', 'MessageAttributes', '--yes')
    const {code, document} = await cli.json(words)
    expect(code).toBe(0)
    expect(document.steps).toMatchObject([
      {attribute: 'FilterPolicy', value: '', then: 'every message'},
      {attribute: 'FilterPolicyScope', value: 'MessageAttributes', then: 'every message'},
      {attribute: 'FilterPolicy', then: 'what the new policy lets through'},
    ])
    expect(await filterOf(arn)).toMatchObject({scope: 'MessageAttributes'})
  })

  it('is given first where there was no policy', async () => {
    const arn = await scene({})
    const {document} = await cli.json(set('--policy', '{"a":["b"]}', '--scope', 'MessageBody', '--yes'))
    expect((document.steps as {attribute: string}[]).map(({attribute}) => attribute)).toEqual([
      'FilterPolicyScope',
      'FilterPolicy',
    ])
    expect(await filterOf(arn)).toEqual({policy: '{"a":["b"]}', scope: 'MessageBody'})
  })

  it('shows SNS the new policy first where the two do not fit together: a refusal then changes nothing', async () => {
    const old = '{"prefix":["1"],"b":["2"],"c":["3"]}'
    const arn = await scene({FilterPolicy: old})
    const wanted = '{"d":{"e":["4"]}}'
    const words = set('--policy', wanted, '--scope', 'MessageBody', '--yes')
    cli.sandbox.faults.add({...REFUSAL, times: 1})
    const refused = await cli.json(words)
    expect([refused.code, refused.document.error]).toMatchObject([
      1,
      {
        message: expect.stringMatching(/SNS refused call 1 of 4, .* Nothing was changed\.$/) as string,
        suggestions: [expect.stringContaining('--remove first') as string],
      },
    ])
    expect([writes(), await filterOf(arn)]).toEqual([1, {policy: old, scope: 'MessageAttributes'}])
    const {code, document} = await cli.json(words)
    expect(code).toBe(0)
    expect(document.steps).toEqual([
      {
        attribute: 'FilterPolicy',
        value: '{"$or":[{"d.e":["4"]},{"msgops-no-such-key":[{"exists":false}]}]}',
        then: 'every message that has attributes',
      },
      {attribute: 'FilterPolicy', value: '', then: 'every message'},
      {attribute: 'FilterPolicyScope', value: 'MessageBody', then: 'every message'},
      {attribute: 'FilterPolicy', value: wanted, then: 'what the new policy lets through'},
    ])
    expect(await filterOf(arn)).toEqual({policy: wanted, scope: 'MessageBody'})
  })

  it.each([0, 1, 2])('that SNS refuses after %i calls is taken back: the exit code of the refusal', async skip => {
    const arn = await scene()
    cli.sandbox.faults.add({...REFUSAL, skip, times: 1})
    const {code, document, stderr} = await cli.json(
      set(
        '--policy',
        '{"d":{"q":["a"],"r":["x"],"s":["x"]},"e":[1],"f":[1],"g":[1]}',
        '--scope',
        'MessageBody',
        '--yes',
      ),
    )
    expectValid('error', document)
    expect([code, document.error]).toMatchObject([
      1,
      {
        code: 'InvalidParameterException',
        message: expect.stringMatching(
          skip === 0 ? /Nothing was changed\.$/ : /more than 5 keys\. The old policy is in place again\.$/,
        ) as string,
      },
    ])
    expect(stderr).toContain(`To put the old filter back: ${putBack(arn)}`)
    expect(await filterOf(arn)).toEqual(ACME)
  })

  it('that cannot be taken back has the old policy in the error, and the command that restores it: exit 3', async () => {
    const arn = await scene()
    const five = '{"e":["4"],"f":["5"],"g":["6"],"h":["7"],"i":["8"]}'
    const fault = cli.sandbox.faults.add({...REFUSAL, skip: 2})
    const {code, document} = await cli.json(set('--policy', five, '--scope', 'MessageBody', '--yes'))
    expectValid('error', document)
    expect([code, document.error]).toMatchObject([
      3,
      {
        code: 'FilterChangeIncomplete',
        message: expect.stringContaining('SNS shows no filter now: every message is delivered.') as string,
        suggestions: [`To put the old filter back: ${putBack(arn)}`],
        before: {filterPolicy: ACME.policy, filterPolicyScope: ACME.scope},
        now: {filterPolicy: null, filterPolicyScope: null},
      },
    ])
    cli.sandbox.faults.remove(fault)
    const words = ['filter', 'set', arn, '--policy', ACME.policy, '--scope', ACME.scope, '--yes']
    expect((await cli.json(words)).code).toBe(0)
    expect(await filterOf(arn)).toEqual(ACME)
  })

  it('that loses an answer goes on where SNS shows that it took the call', async () => {
    const arn = await scene()
    cli.sandbox.faults.add({kind: 'reset-after', action: 'SetSubscriptionAttributes', skip: 2})
    const {code} = await cli.json(set('--policy', '{"order":["x"]}', '--scope', 'MessageBody', '--yes'))
    expect([code, await filterOf(arn)]).toEqual([0, {policy: '{"order":["x"]}', scope: 'MessageBody'}])
  })
})

describe('a sample', () => {
  const line = (id: string, tenant: string) =>
    JSON.stringify({
      MessageId: id,
      Body: 'x',
      MessageAttributes: {tenant: {DataType: 'String', StringValue: tenant}},
    })

  it('of a file: how many start and stop, which, and by what key', async () => {
    await scene()
    const sample = file(
      'sample.ndjson',
      [line('m1', 'acme'), '', line('m2', 'umbrella'), line('m3', 'initech'), '{"n":1}'].join('\n'),
    )
    const words = set('--policy', '{"tenant":["acme","initech"]}', '--sample', sample, '--dry-run')
    const {document} = await cli.json(words)
    expectValid('filter-set', document)
    expect(document.sample).toEqual({
      source: 'the sample',
      total: 4,
      arriveBefore: 2,
      arriveAfter: 2,
      start: 1,
      stop: 1,
      starting: [{id: 'm3', key: 'tenant', because: 'is "initech"'}],
      stopping: [{id: 'm2', key: 'tenant', because: 'is "umbrella"'}],
    })
    const {output} = await cli.terminal([...words, '--no-color'])
    expect(output).toMatch(/Would stop arriving\r?\n.*MESSAGE +KEY +BECAUSE\r?\nm2 +tenant +is "umbrella"/)
  })

  it('names ten of many, and counts them all', async () => {
    await scene()
    const ids = Array.from({length: 13}, (_, index) => line(`m${index}`, 'umbrella'))
    const {document} = await cli.json(
      set('--policy', '{"tenant":["acme"]}', '--sample', file('many.ndjson', ids.join('\n')), '--dry-run'),
    )
    const {stop, stopping} = document.sample as {stop: number; stopping: {id: string}[]}
    expect([stop, stopping.length, stopping[0]?.id]).toEqual([13, 10, 'm0'])
  })

  it('of a queue is peeked at and given back', async () => {
    await scene()
    const attribute = (StringValue: string) => ({tenant: {DataType: 'String', StringValue}})
    for (const tenant of ['acme', 'initech'])
      await sns.publish({TopicArn: `${TOPIC_ARN}orders`, Message: tenant, MessageAttributes: attribute(tenant)})
    const {code, document} = await cli.json(
      set('--policy', '{"tenant":["initech"]}', '--sample-queue', 'all', '--dry-run'),
    )
    expect(code).toBe(0)
    expect(document.sample).toMatchObject({source: 'queue all', total: 2, start: 1, stop: 1})
    const {Attributes} = await sqs.getQueueAttributes({
      QueueUrl: `${cli.sandbox.url}/000000000000/all`,
      AttributeNames: ['ApproximateNumberOfMessages'],
    })
    expect(Attributes?.ApproximateNumberOfMessages).toBe('2')
    const own = await cli.json(set('--policy', '{"tenant":["x"]}', '--sample-queue', 'audit', '--dry-run'))
    expect(own.document.sample).toMatchObject({total: 1, stop: 1})
    expect((own.document.warnings as string[])[0]).toContain('nothing can be seen to start arriving')
  })

  it('of what msgops queue peek --json prints', async () => {
    await scene()
    await sns.publish({TopicArn: `${TOPIC_ARN}orders`, Message: 'one'})
    await sns.publish({TopicArn: `${TOPIC_ARN}orders`, Message: 'two'})
    const {stdout} = await cli.piped(['queue', 'peek', 'all', '--max', '2', '--json'])
    const sample = file('peeked.json', stdout)
    const {document} = await cli.json(set('--remove', '--sample', sample, '--dry-run'))
    expect(document.sample).toMatchObject({total: 2, arriveBefore: 0, start: 2})
    const shown = await cli.json([
      'topic',
      'show',
      'orders',
      '--sample',
      sample,
      '--query',
      'subscriptions[].sample.total',
    ])
    expect(shown.document).toEqual([2, 2])
  })

  it('that cannot be read, or is a queue that is not there', async () => {
    await scene()
    const words = set('--policy', '{"tenant":["x"]}', '--dry-run')
    expect((await cli.json([...words, '--sample', file('empty.ndjson', '\n')])).code).toBe(2)
    const bad = file('bad.ndjson', `x\n{"attributes":{"n":{"dataType":"Text"}}}`)
    const {code, document} = await cli.json([...words, '--sample', bad])
    expect([code, (document.error as {message: string}).message]).toEqual([2, expect.stringContaining('line 2')])
    expect((await cli.json([...words, '--sample-queue', 'nothing'])).code).toBe(5)
  })
})
