import {describe, expect, it} from 'vitest'
import {changeEffect} from '../../../src/lib/filters/change/effect.js'
import {UndecidedError} from '../../../src/lib/filters/errors.js'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import {explainPolicy} from '../../../src/lib/filters/trial.js'
import {compilePattern} from '../../../src/lib/selection/pattern.js'
import {statisticsOf} from '../../../src/lib/topics/sample.js'
import type {Subscription} from '../../../src/lib/topics/subscriptions.js'
import {traceTo} from '../../../src/lib/topics/trace.js'
import {HARD_BODY, HARD_POLICY} from './hard-event.js'

const hard = {attributes: {}, body: HARD_BODY}
const easy = {attributes: {}, body: '{"r":{"a":1,"b":1,"c":1,"d":1,"z":1}}'}
const filter = {filterPolicy: HARD_POLICY, filterPolicyScope: 'MessageBody'} as const
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:orders'
const subscription: Subscription = {
  subscriptionArn: `${topicArn}:1`,
  protocol: 'https',
  endpoint: 'https://example.com',
  owner: '123456789012',
  settings: {...filter, pendingConfirmation: false, rawMessageDelivery: false},
}

// Two million combinations are tried before it gives up.
describe('what is too hard to decide is an error or a gap, never a decision', {timeout: 60_000}, () => {
  it('of a pattern', () => {
    expect(() => compileEventPattern(HARD_POLICY).matches(HARD_BODY)).toThrow(UndecidedError)
  })

  it('of a policy: it ends with exit code 1', () => {
    expect(() => explainPolicy(HARD_POLICY, 'MessageBody', hard)).toThrow(
      expect.objectContaining({code: 'EventUndecided', exitCode: 1}),
    )
  })

  it('of a selection: the message is undecided', async () => {
    const judge = await compilePattern(`{"body":${HARD_POLICY}}`, '--pattern')
    const view = {messageId: 'm', body: HARD_BODY, messageAttributes: {}, attributes: {}}
    expect(judge({...view, sentAt: undefined, expiresAt: undefined})).toMatchObject({
      error: expect.stringMatching(/^--pattern: It cannot be told/) as string,
    })
  })

  it('of a subscription: the way of the message is unknown', () => {
    const {outcome, reasons} = traceTo(subscription, {...hard, size: 1}, {topicArn, targets: new Map()})
    expect([outcome, reasons.map(({code}) => code)]).toEqual(['unknown', ['FilterPolicyUndecided']])
  })

  it('of a sample: it is counted apart', () => {
    expect(statisticsOf([subscription], [easy, hard])).toEqual([{total: 2, matched: 1, undecided: 1}])
    expect(statisticsOf([subscription], [easy])).toEqual([{total: 1, matched: 1}])
  })

  it('of a change: it says of which message', () => {
    const sample = [{id: 'line 7', message: hard}]
    expect(() => changeEffect(filter, {filterPolicyScope: 'MessageBody'}, sample)).toThrow(
      /^Message line 7 of the sample: It cannot be told/,
    )
  })
})
