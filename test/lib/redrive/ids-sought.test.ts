import {expect, test} from 'vitest'
import {IdsSought} from '../../../src/lib/redrive/ids-sought.js'

const came = (...ids: string[]) => ids.map(MessageId => ({MessageId}))

test('names the first of those that did not come, and not what an earlier session has seen to', () => {
  const sought = new IdsSought(['a', 'b', 'c', 'd', 'e', 'f', 'g'], id => id === 'a')
  sought.came(came('x', 'b'))
  sought.came(came('g'))
  expect(sought.warning('orders-dlq')).toBe(
    '4 of 7 ids that were asked for did not come (c, d, e, ...): not in orders-dlq, in flight elsewhere, or sent after the start.',
  )
  sought.came(came('c', 'd', 'e', 'f'))
  expect(sought.warning('orders-dlq')).toBeUndefined()
})

test('has nothing to say where nothing was asked for', () => {
  expect(new IdsSought([], () => false).warning('orders-dlq')).toBeUndefined()
})
