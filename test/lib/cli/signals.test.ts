import type {ChildProcess} from 'node:child_process'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {buildFixtureCli, type FixtureCli} from '../../fixtures/cli/build.js'
import {runInTerminal, runPiped, type Finished} from '../../fixtures/cli/run.js'

let cli: FixtureCli
beforeAll(async () => {
  cli = await buildFixtureCli()
})
afterAll(async () => cli.remove())

/** Runs `wait`, sends a signal when it is ready, and leaves what comes after to the caller. */
function signalled(
  line: string,
  signal: NodeJS.Signals,
  afterwards: (child: ChildProcess) => void = () => undefined,
): Promise<Finished> {
  let sent = false
  let stopped = false
  return runPiped(process.execPath, [cli.bin, ...line.split(' ')], {
    onOutput: (child, {stderr}) => {
      if (!sent && stderr.includes('ready')) {
        sent = true
        child.kill(signal)
      }
      if (!stopped && stderr.includes('aborted')) {
        stopped = true
        afterwards(child)
      }
    },
  })
}

describe('the first signal', () => {
  test.concurrent.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s aborts the command, which ends quietly with %d', async (signal, code) => {
    const finished = await signalled('wait', signal)
    expect(finished).toMatchObject({code, signal: null, stdout: ''})
    expect(finished.stderr).toBe(`debug: ready\nStopping after ${signal}. Once more ends at once.\ndebug: aborted\n`)
  })

  test.concurrent('a command that winds up and returns ends with the same code', async () => {
    expect(await signalled('wait --on return', 'SIGINT')).toMatchObject({code: 130, signal: null})
  })

  test.concurrent('unless it has a code of its own', async () => {
    expect(await signalled('wait --on resumable', 'SIGTERM')).toMatchObject({code: 75, signal: null})
  })

  test.concurrent('JSON is not broken by it', async () => {
    const {stdout, stderr} = await signalled('wait --json', 'SIGINT')
    expect({stdout, stderr}).toEqual({stdout: '', stderr: 'debug: ready\ndebug: aborted\n'})
  })
})

test.concurrent.each(['SIGINT', 'SIGTERM'] as const)('a second %s ends a command that does not stop', async signal => {
  let sending: NodeJS.Timeout | undefined
  const finished = await signalled('wait --on never', signal, child => {
    // What comes right behind the first counts as the same keystroke, so it is sent until it counts.
    sending = setInterval(() => child.kill(signal), 50)
  })
  clearInterval(sending)
  expect(finished).toMatchObject({code: null, signal})
})

test.concurrent('Ctrl-C passed on twice, as npm does, is one Ctrl-C', async () => {
  let sent = false
  const finished = await runPiped(process.execPath, [cli.bin, 'wait', '--on', 'return'], {
    onOutput: (child, {stderr}) => {
      if (sent || !stderr.includes('ready')) return
      sent = true
      child.kill('SIGINT')
      child.kill('SIGINT')
    },
  })
  expect(finished).toMatchObject({code: 130, signal: null})
  expect(finished.stderr).toContain('aborted')
})

test.concurrent('Ctrl-C at a terminal', async () => {
  const {code, output} = await runInTerminal(process.execPath, [cli.bin, 'wait'], {answers: [['ready', '\u0003']]})
  expect(code).toBe(130)
  expect(output).toContain('aborted')
})

describe('--timeout', () => {
  test.concurrent('is a failure of its own, 6', async () => {
    const finished = await runPiped(process.execPath, [cli.bin, 'wait', '--timeout', '1', '--json'])
    expect(finished.code).toBe(6)
    expect(JSON.parse(finished.stdout)).toEqual({
      error: {
        code: 'Timeout',
        message: 'Not done within 1 s (--timeout)',
        suggestions: ['Give it more time with --timeout, or see what takes so long with --debug.'],
      },
    })
  })

  test.concurrent('a command that winds up and returns ends with 6, or with a code of its own', async () => {
    const [returned, resumable] = await Promise.all([
      runPiped(process.execPath, [cli.bin, 'wait', '--timeout', '1s', '--on', 'return']),
      runPiped(process.execPath, [cli.bin, 'wait', '--timeout', '1s', '--on', 'resumable']),
    ])
    expect([returned.code, resumable.code]).toEqual([6, 75])
  })

  test.concurrent('keeps nobody waiting who is done before', async () => {
    expect(await runPiped(process.execPath, [cli.bin, 'queue', 'list', '--timeout', '1h'])).toMatchObject({code: 0})
  })
})
