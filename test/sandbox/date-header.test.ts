import {expect, test} from 'vitest'
import {startSandbox} from '../../src/sandbox/server.js'

test('answers carry the time of the local AWS, to the second', async () => {
  const sandbox = await startSandbox({port: 0})
  try {
    sandbox.clock.freeze(Date.UTC(2027, 4, 3, 12, 30, 15, 900))
    const date = async () => (await fetch(`${sandbox.url}/`, {method: 'POST'})).headers.get('date')
    expect(await date()).toBe('Mon, 03 May 2027 12:30:15 GMT')
    sandbox.clock.advance(100)
    expect(await date()).toBe('Mon, 03 May 2027 12:30:16 GMT')
  } finally {
    await sandbox.close()
  }
})
