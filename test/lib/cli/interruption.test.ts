import {setImmediate} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {Interrupted, Interruption, deadlineError, isAbort} from '../../../src/lib/cli/interruption.js'

function interruption() {
  const told: string[] = []
  const ended: string[] = []
  const clock = {now: 1_000}
  const subject = new Interruption({
    onFirst: name => told.push(name),
    end: name => ended.push(name),
    now: () => clock.now,
  })
  return {subject, told, ended, clock}
}

describe('Interruption', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('the first %s aborts with the code %d', (name, code) => {
    const {subject, told, ended} = interruption()
    expect(subject.signal.aborted).toBe(false)
    subject.receive(name)
    expect(subject.signal.reason).toBeInstanceOf(Interrupted)
    expect(subject.reason).toMatchObject({name: 'AbortError', exitCode: code})
    expect({told, ended}).toEqual({told: [name], ended: []})
  })

  test('a second one within a quarter of a second is the same keystroke, a later one ends at once', () => {
    const {subject, told, ended, clock} = interruption()
    subject.receive('SIGINT')
    clock.now = 1_250
    subject.receive('SIGINT')
    expect({told, ended}).toEqual({told: ['SIGINT'], ended: []})
    clock.now = 1_251
    subject.receive('SIGTERM')
    expect({told, ended}).toEqual({told: ['SIGINT'], ended: ['SIGTERM']})
    expect(subject.reason).toMatchObject({exitCode: 130})
  })

  test('the first reason stays', () => {
    const {subject} = interruption()
    subject.abort(new Interrupted('Nobody reads the output any more', 0))
    subject.receive('SIGINT')
    expect(subject.reason).toMatchObject({exitCode: 0})
  })

  test('any number of requests may listen without a warning of a leak', async () => {
    const warnings: string[] = []
    const onWarning = ({message}: Error): void => void warnings.push(message)
    process.on('warning', onWarning)
    const {subject} = interruption()
    for (let request = 0; request < 50; request++) subject.signal.addEventListener('abort', () => undefined)
    await setImmediate()
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  test('gives the signals back', () => {
    const before = process.listenerCount('SIGINT')
    const {subject} = interruption()
    subject.listen()
    expect(process.listenerCount('SIGINT')).toBe(before + 1)
    subject.release()
    expect(process.listenerCount('SIGINT')).toBe(before)
    expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(0)
  })

  test('after a signal they stay until the end, so that the rest of the keystroke ends nothing', () => {
    const before = process.listenerCount('SIGINT')
    const {subject} = interruption()
    subject.listen()
    subject.receive('SIGINT')
    subject.release()
    expect(process.listenerCount('SIGINT')).toBe(before + 1)
    for (const listener of process.listeners('SIGINT').slice(before)) process.off('SIGINT', listener)
    for (const name of ['SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(name)
  })

  test('an error that comes of the abort is known by its name or its causes', () => {
    const reason = new Interrupted('Interrupted', 130)
    const wrapped = new Error('No credentials', {cause: new Error('MFA failed', {cause: reason})})
    const abort = Object.assign(new Error('Request aborted'), {name: 'AbortError'})
    expect([reason, wrapped, abort].map(error => isAbort(error, reason))).toEqual([true, true, true])
    expect([new Error('other'), 'text', undefined].map(error => isAbort(error, reason))).toEqual([false, false, false])
  })

  test('a deadline is a failure that says what to do', () => {
    const error = deadlineError(new Interrupted('Not done within 30 s (--timeout)', 6))
    expect(error).toMatchObject({code: 'Timeout', exitCode: 6, message: 'Not done within 30 s (--timeout)'})
  })
})
