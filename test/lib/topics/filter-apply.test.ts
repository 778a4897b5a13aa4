import {GetSubscriptionAttributesCommand, SetSubscriptionAttributesCommand} from '@aws-sdk/client-sns'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {AwsContext} from '../../../src/lib/aws/context.js'
import {AwsOpsError} from '../../../src/lib/aws/errors.js'
import {isSameState} from '../../../src/lib/filters/change/policy-state.js'
import type {PolicyState} from '../../../src/lib/filters/change/policy-state.js'
import type {FilteredMessage} from '../../../src/lib/filters/filter-policy.js'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import {OpsError} from '../../../src/lib/ops-error.js'
import {applyFilter} from '../../../src/lib/topics/filter/apply.js'
import {planFilter} from '../../../src/lib/topics/filter/plan.js'
import type {FilterPlan} from '../../../src/lib/topics/filter/plan.js'
import {restoreWords} from '../../../src/lib/topics/filter/restore.js'

const ARN = 'arn:aws:sns:us-east-1:000000000000:orders:one'

/** What becomes of one call; `lost-before` and `lost-after` are calls without an answer. */
type Fate = 'taken' | 'refused' | 'lost-before' | 'lost-after' | 'lost-then-refused'

function failure(action: string, outcome: 'rejected' | 'unknown'): AwsOpsError {
  const exitCode = outcome === 'unknown' ? 6 : 1
  return new AwsOpsError('no.', {code: 'No', exitCode, action, resource: ARN, httpStatus: undefined, outcome})
}

/** SNS with one subscription: the fates are those of the calls that set something, then of those that read after the first. */
class OneSubscription {
  readonly states: PolicyState[] = []
  #writes = 0
  #reads = 0

  constructor(
    public state: PolicyState,
    readonly fates: readonly Fate[],
    readonly readsFail: readonly boolean[],
  ) {}

  get context(): AwsContext {
    return {
      connection: {region: {value: 'us-east-1', source: '--region'}, endpoints: {}},
      sns: () => Promise.resolve({send: (command: unknown) => this.#send(command)}),
    } as unknown as AwsContext
  }

  #send(command: unknown): Promise<object> {
    if (command instanceof GetSubscriptionAttributesCommand) return this.#read()
    if (command instanceof SetSubscriptionAttributesCommand) return this.#write(command)
    throw new Error('No such call is expected')
  }

  #read(): Promise<object> {
    const read = this.#reads++
    if (read > 0 && this.readsFail[read - 1] === true) {
      return Promise.reject(failure('GetSubscriptionAttributes', 'rejected'))
    }
    const {filterPolicy: FilterPolicy, filterPolicyScope: FilterPolicyScope} = this.state
    const Attributes = FilterPolicy === undefined ? {} : {FilterPolicy, FilterPolicyScope}
    return Promise.resolve({Attributes: {Protocol: 'sqs', Endpoint: 'q', ...Attributes}})
  }

  #write({input}: SetSubscriptionAttributesCommand): Promise<object> {
    const fate = this.fates[this.#writes++] ?? 'taken'
    if (fate !== 'refused' && fate !== 'lost-before') {
      const {AttributeName, AttributeValue = ''} = input
      const policy = AttributeValue === '' ? undefined : AttributeValue
      const scope = AttributeValue === 'MessageBody' ? 'MessageBody' : 'MessageAttributes'
      this.state =
        AttributeName === 'FilterPolicy'
          ? {...this.state, filterPolicy: policy}
          : {...this.state, filterPolicyScope: scope}
      this.states.push(this.state)
    }
    if (fate === 'taken') return Promise.resolve({})
    const outcome = fate === 'refused' || fate === 'lost-then-refused' ? 'rejected' : 'unknown'
    return Promise.reject(failure('SetSubscriptionAttributes', outcome))
  }
}

function planned({filterPolicy, filterPolicyScope}: PolicyState, after: PolicyState): FilterPlan {
  const subscription = {
    subscriptionArn: ARN,
    topic: {name: 'orders', arn: ARN.slice(0, ARN.lastIndexOf(':'))},
    protocol: 'sqs',
    endpoint: 'q',
    settings: {filterPolicy, filterPolicyScope, rawMessageDelivery: false, pendingConfirmation: false},
  } as Parameters<typeof planFilter>[0]
  if (after.filterPolicy === undefined) return planFilter(subscription, {remove: true})
  return planFilter(subscription, {
    remove: false,
    filterPolicy: after.filterPolicy,
    filterPolicyScope: after.filterPolicyScope,
  })
}

const policies = fc.constantFrom(
  undefined,
  '{"a":["1"]}',
  '{"b":["1"]}',
  '{"prefix":["1"],"a":["1"]}',
  '{"a":["1"],"b":["1"],"c":[{"exists":false}]}',
  '{"a":["1"],"b":["1"],"c":[{"exists":false}],"d":[{"exists":false}],"e":[{"exists":false}]}',
)
const scopes = fc.constantFrom('MessageAttributes' as const, 'MessageBody' as const)
const states = fc.record({filterPolicy: policies, filterPolicyScope: scopes})
const fates = fc.array(
  fc.oneof(
    {weight: 3, arbitrary: fc.constant<Fate>('taken')},
    fc.constantFrom<Fate>('refused', 'lost-before', 'lost-after', 'lost-then-refused'),
  ),
  {maxLength: 8},
)

describe('the end of a change', () => {
  it('is the new filter, or the old one with the refusal, or an error that has the old one', async () => {
    await fc.assert(
      fc.asyncProperty(
        states,
        states,
        fates,
        fc.array(fc.boolean(), {maxLength: 3}),
        async (before, after, ...luck) => {
          const sns = new OneSubscription(before, ...luck)
          const plan = planned(before, after)
          const error: unknown = await applyFilter(sns.context, plan, {restore: 'THE COMMAND'}).then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          if (error === undefined) {
            expect(isSameState(sns.state, after)).toBe(true)
            return
          }
          expect(error).toBeInstanceOf(OpsError)
          const {facts, suggestions, message} = error as OpsError
          if (facts === undefined) {
            expect(isSameState(sns.state, before)).toBe(true)
            expect(message).toMatch(/Nothing was changed\.|in place again\.|no filter, as before\./)
          } else {
            expect(facts.before).toEqual(plan.before)
            expect(suggestions).toContain('To put the old filter back: THE COMMAND')
          }
        },
      ),
      {numRuns: 2000},
    )
  })

  it.each([
    ['by the two together', '{"a":["1"]}', '{"b":["1"]}'],
    ['by a trial and no policy', '{"prefix":["1"],"a":["1"]}', '{"b":["1"]}'],
    ['by no policy', '{"a":["1"]}', '{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"]}'],
  ])('is the old filter when SNS refuses any one call: %s', async (_, old, next) => {
    const before: PolicyState = {filterPolicy: old, filterPolicyScope: 'MessageAttributes'}
    const plan = planned(before, {filterPolicy: next, filterPolicyScope: 'MessageBody'})
    for (const index of plan.steps.keys()) {
      // At the first call there is nothing before it to be undone.
      for (const last of index === 0 ? (['refused'] as const) : (['refused', 'lost-then-refused'] as const)) {
        const sns = new OneSubscription(before, [...Array.from({length: index}, (): Fate => 'taken'), last], [])
        await expect(applyFilter(sns.context, plan, {restore: 'THE COMMAND'})).rejects.toMatchObject({code: 'No'})
        expect(sns.state).toEqual(before)
      }
    }
  })
})

describe('while a filter changes and is taken back', () => {
  const attribute = fc.constantFrom('a', 'b', 'c', 'prefix')
  const fields = fc.dictionary(attribute, fc.constantFrom('1', '2'), {maxKeys: 4})
  const messages = fc.array(
    fc.record({
      attributes: fields,
      body: fc.oneof(
        fields.map(object => JSON.stringify(object)),
        fc.constant('text'),
      ),
    }),
    {minLength: 1, maxLength: 10},
  )

  it('what both filters let through is delivered all the time', async () => {
    await fc.assert(
      fc.asyncProperty(states, states, fates, messages, async (before, after, luck, sample) => {
        const sns = new OneSubscription(before, luck, [])
        await applyFilter(sns.context, planned(before, after), {restore: 'THE COMMAND'}).catch(() => undefined)
        const both = sample
          .map(({attributes, body}): FilteredMessage => ({
            attributes: Object.fromEntries(
              Object.entries(attributes).map(([name, stringValue]) => [name, {dataType: 'String', stringValue}]),
            ),
            body,
          }))
          .filter(message => passes(before, message) && passes(after, message))
        for (const state of sns.states) for (const message of both) expect(passes(state, message)).toBe(true)
      }),
      {numRuns: 1000},
    )
  })

  function passes({filterPolicy = '', filterPolicyScope}: PolicyState, message: FilteredMessage): boolean {
    return compileFilterPolicy(filterPolicy, filterPolicyScope).matches(message)
  }
})

describe('the command that puts a filter back', () => {
  it('has the policy in one line, what a terminal would hide written as JSON may write it', () => {
    const before = {filterPolicy: '{\n\t"a b": [ "x\u202ey", "\u007f" ]\n}', filterPolicyScope: 'MessageBody'} as const
    expect(restoreWords({subscription: ARN, before})).toEqual([
      'filter',
      'set',
      ARN,
      '--policy',
      String.raw`{"a b":["x\u202ey","\u007f"]}`,
      '--scope',
      'MessageBody',
    ])
    const none = {filterPolicy: null, filterPolicyScope: null}
    expect(restoreWords({subscription: ARN, before: none})).toEqual(['filter', 'set', ARN, '--remove'])
  })
})
