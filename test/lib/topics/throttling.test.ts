import {expect, it} from 'vitest'
import {AwsOpsError} from '../../../src/lib/aws/errors.js'
import {patiently} from '../../../src/lib/topics/throttling.js'

const failure = (code: string): AwsOpsError =>
  new AwsOpsError('no', {
    code,
    exitCode: 6,
    action: 'GetTopicAttributes',
    resource: undefined,
    httpStatus: 429,
    outcome: 'rejected',
  })

/** A read that fails so often; `pauses` are those that were made, in milliseconds. */
function reading(failures: number, code = 'ThrottledException') {
  const pauses: number[] = []
  let calls = 0
  const read = (): Promise<string> => (++calls <= failures ? Promise.reject(failure(code)) : Promise.resolve('read'))
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds)
    return Promise.resolve()
  }
  return {pauses, outcome: patiently(read, {pause, random: () => 0}).catch((error: unknown) => error)}
}

it('waits longer each time where SNS throttles', async () => {
  const {pauses, outcome} = reading(3)
  expect(await outcome).toBe('read')
  expect(pauses).toEqual([125, 250, 500])
})

it('gives up after six pauses', async () => {
  const {pauses, outcome} = reading(7)
  expect(await outcome).toMatchObject({code: 'ThrottledException'})
  expect(pauses).toHaveLength(6)
})

it('repeats nothing else', async () => {
  const {pauses, outcome} = reading(1, 'AuthorizationErrorException')
  expect(await outcome).toMatchObject({code: 'AuthorizationErrorException'})
  expect(pauses).toEqual([])
})
