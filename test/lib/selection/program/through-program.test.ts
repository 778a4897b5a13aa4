import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {MessageView} from '../../../../src/lib/messages/message-view.js'
import type {ProgramAnswer} from '../../../../src/lib/selection/program/answer.js'
import type {Child} from '../../../../src/lib/selection/program/child.js'
import {startChild} from '../../../../src/lib/selection/program/child.js'
import type {ThroughOptions} from '../../../../src/lib/selection/program/through-program.js'
import {MessageProgram, throughProgram} from '../../../../src/lib/selection/program/through-program.js'
import {message} from '../message.js'

const PRELUDE = `
const say = answer => process.stdout.write(JSON.stringify(answer) + '\\n')
const lines = require('readline').createInterface({input: process.stdin})
const each = handle => lines.on('line', line => handle(JSON.parse(line), line))
`

const started: {program: MessageProgram; stop: AbortController}[] = []

afterEach(async () => {
  vi.useRealTimers()
  for (const {program, stop} of started.splice(0)) {
    stop.abort()
    await program.close()
  }
})

async function start(
  script: string,
  options: Partial<ThroughOptions> = {},
  args: readonly string[] = [],
): Promise<MessageProgram> {
  const stop = new AbortController()
  const argv = [process.execPath, '-e', PRELUDE + script, ...args]
  const program = await throughProgram(argv, {signal: stop.signal, timeoutMs: 20_000, env: process.env, ...options})
  started.push({program, stop})
  return program
}

/** A program with the child that it is of, for what is only seen there. */
async function startBeside(script: string): Promise<{child: Child; program: MessageProgram}> {
  const stop = new AbortController()
  const child = await startChild([process.execPath, '-e', PRELUDE + script], process.env)
  const program = new MessageProgram(child, {signal: stop.signal, timeoutMs: 20_000, env: process.env})
  started.push({program, stop})
  return {child, program}
}

const view = (messageId: string, body = 'x', more: Partial<MessageView> = {}) => message({messageId, body, ...more})
const MOVE_ALL = `each(({messageId}) => say({messageId, action: 'move'}))`
const ask = async (program: MessageProgram, one: MessageView): Promise<ProgramAnswer | undefined> =>
  (await program.decide([one]))[0]
const end = async (program: MessageProgram): Promise<string | undefined> => {
  await program.close()
  return program.failure
}
const bodyOf = (answer: ProgramAnswer | undefined): string =>
  answer !== undefined && 'action' in answer && answer.action === 'move' ? (answer.body ?? '') : ''
const NEVER = 'setInterval(() => {}, 1000)'

describe('throughProgram', () => {
  it('does with each message what the program says', async () => {
    const program = await start(`each(({messageId, body}) => say({messageId, ...JSON.parse(body)}))`)
    const answers = [
      {action: 'move'},
      {action: 'move', body: 'changed'},
      {action: 'move', messageAttributes: {b: {dataType: 'Binary', binaryValue: 'AAEC'}}},
      {action: 'skip'},
      {action: 'discard'},
    ]
    const views = answers.map((answer, index) => view(`m${index}`, JSON.stringify(answer)))
    expect(await program.decide(views)).toEqual(answers)
    expect(await program.decide([])).toEqual([])
    expect(await end(program)).toBeUndefined()
  })

  it('gives the program the whole view, Binary as base64, and takes it back with an action added', async () => {
    const program = await start(`each((message, line) => say({...message, action: 'move', body: line}))`)
    const given = view('m', '{"id": 9007199254740993}\n\u2028', {
      messageAttributes: {b: {dataType: 'Binary.png', binaryValue: 'AAEC'}, s: {dataType: 'String', stringValue: 'é'}},
      source: 'arn:aws:sqs:eu-west-1:111122223333:orders',
    })
    const decision = await ask(program, given)
    expect(JSON.parse(bodyOf(decision))).toEqual({
      messageId: 'm',
      body: '{"id": 9007199254740993}\n\u2028',
      messageAttributes: {b: {dataType: 'Binary.png', binaryValue: 'AAEC'}, s: {dataType: 'String', stringValue: 'é'}},
      attributes: {SentTimestamp: '1767225600000', ApproximateReceiveCount: '4'},
      sentAt: '2026-01-01T00:00:00.000Z',
      approximateReceiveCount: 4,
      source: 'arn:aws:sqs:eu-west-1:111122223333:orders',
    })
    expect(decision).toMatchObject({messageAttributes: given.messageAttributes})
  })

  it('takes answers in any order, the last one without a newline', async () => {
    const program = await start(`
      const ids = []
      each(({messageId}) => ids.push(messageId))
      lines.on('close', () => process.stdout.write(ids.reverse().map(messageId => JSON.stringify({messageId, action: 'move', body: messageId})).join('\\n\\n \\n')))`)
    const decisions = ['a', 'b', 'c'].map(id => ask(program, view(id)))
    expect(await end(program)).toBeUndefined()
    expect(await Promise.all(decisions)).toEqual(['a', 'b', 'c'].map(body => ({action: 'move', body})))
  })

  it('carries the largest message there may be, with every character escaped', async () => {
    const program = await start(`each(({messageId, body}) => {
      const escaped = [...body].map(c => '\\\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')).join('')
      process.stdout.write('{"messageId":"' + messageId + '","action":"move","body":"' + escaped + '"}\\n')
    })`)
    const body = 'é'.repeat(524_288)
    expect(await ask(program, view('m', body))).toEqual({action: 'move', body})
  })

  it('starts the program without a shell and without credentials', async () => {
    const env = {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: 'AKIACANARY',
      AWS_SECRET_ACCESS_KEY: 'canary',
      AWS_SESSION_TOKEN: 'canary',
      AWS_SECURITY_TOKEN: 'canary',
      aws_secret_access_key: 'canary',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/canary',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://canary',
      AWS_BEARER_TOKEN_BEDROCK: 'canary',
      AWS_REGION: 'eu-west-1',
      AWS_PROFILE: 'ops',
      RATE: '5',
    }
    const seen = `each(({messageId}) => say({messageId, action: 'move', body: JSON.stringify([process.argv.slice(1), process.env])}))`
    const program = await start(seen, {env}, ['$HOME; echo "x"', '*'])
    const decision = await ask(program, view('m'))
    expect(JSON.parse(bodyOf(decision))).toEqual([
      ['$HOME; echo "x"', '*'],
      {PATH: process.env.PATH, AWS_REGION: 'eu-west-1', AWS_PROFILE: 'ops', RATE: '5'},
    ])
  })

  it('lets few enough messages wait at once', async () => {
    const program = await start(
      `let waiting = []
      process.stdin.on('data', data => {
        waiting.push(...data.toString().trim().split('\\n').map(JSON.parse))
        if (waiting.length > 2) process.exit(9)
        if (waiting.length === 2) for (const {messageId} of waiting.splice(0)) say({messageId, action: 'move'})
      })
      process.stdin.on('end', () => { for (const {messageId} of waiting) say({messageId, action: 'skip'}) })`,
      {maxPending: 2},
    )
    const decisions = Array.from({length: 7}, (_, index) => ask(program, view(`m${index}`)))
    const first = await Promise.all(decisions.slice(0, 6))
    expect(first).toEqual(Array(6).fill({action: 'move'}))
    expect(await end(program)).toBeUndefined()
    expect(await decisions[6]).toEqual({action: 'skip'})
  })

  it.each([
    [
      'exits with an error',
      `each(({messageId}) => messageId === 'a' ? say({messageId, action: 'move'}) : (console.error('boom\\nno such table'), process.exit(3)))`,
      'the program exited with code 3, saying: no such table',
    ],
    [
      'is killed',
      `each(({messageId}) => messageId === 'a' ? say({messageId, action: 'move'}) : process.kill(process.pid, 'SIGKILL'))`,
      'the program was ended by SIGKILL',
    ],
    [
      'ends early',
      `each(({messageId}) => messageId === 'a' ? say({messageId, action: 'move'}) : process.exit(0))`,
      'the program exited with code 0, without an answer',
    ],
    [
      'writes what is no answer',
      `each(({messageId}) => messageId === 'a' ? say({messageId, action: 'move'}) : console.log('Processing b'))`,
      'the program wrote a line that is no answer: it is not JSON',
    ],
    [
      'writes half an answer',
      `each(({messageId}) => messageId === 'a' ? say({messageId, action: 'move'}) : process.stdout.write('{"messageId":"b","action":"mo', () => process.exit(0)))`,
      'the program wrote a line that is no answer: it is not JSON',
    ],
    [
      'answers for a message that it was not asked about',
      `each(({messageId}) => say({messageId: messageId === 'a' ? 'a' : 'z', action: 'move'}))`,
      'the program wrote a line that is no answer: no message "z" waits for one',
    ],
    [
      'answers twice',
      `each(({messageId}) => { if (messageId === 'a') { say({messageId, action: 'move'}) } else { say({messageId: 'a', action: 'discard'}); say({messageId, action: 'move'}) } })`,
      'the program wrote a line that is no answer: no message "a" waits for one; it was not asked about, or answered before',
    ],
    [
      'writes a line without end',
      `each(({messageId}) => { if (messageId === 'a') say({messageId, action: 'move'}); else process.stdout.write('{"messageId":"b","action":"move","body":"' + 'x'.repeat(5000000)) })`,
      'the program wrote a line that is no answer: a line is longer than 4194304 bytes',
    ],
  ])('leaves what was not answered when the program %s', async (_how, script, error) => {
    const program = await start(script)
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
    const left = await Promise.all([ask(program, view('b')), ask(program, view('c'))])
    for (const decision of left) expect(decision).toEqual({error: expect.stringContaining(error) as string})
    expect(await ask(program, view('d'))).toEqual({error: program.failure})
    expect(await end(program)).toContain(error)
  })

  it('leaves what waits for its turn when the program fails', async () => {
    const program = await start(`each(() => process.exit(1))`, {maxPending: 1})
    const decisions = await Promise.all(['a', 'b', 'c'].map(id => ask(program, view(id))))
    expect(decisions).toEqual(Array(3).fill({error: 'the program exited with code 1'}))
  })

  it('leaves the messages of a program that falls silent, and ends it', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    const program = await start(
      `each(({messageId}) => (messageId === 'a' || messageId === 'c') && say({messageId, action: 'move'}))`,
      {timeoutMs: 2500},
    )
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
    vi.advanceTimersByTime(2500)
    expect(program.failure).toBeUndefined()
    const silent = [ask(program, view('b')), ask(program, view('d'))]
    vi.advanceTimersByTime(2499)
    expect(await ask(program, view('c'))).toEqual({action: 'move'})
    vi.advanceTimersByTime(2499)
    expect(program.failure).toBeUndefined()
    vi.advanceTimersByTime(1)
    const error = 'the program has not answered (2 wait, the first is b) for 2.5 s'
    expect(await Promise.all(silent)).toEqual([{error}, {error}])
    expect(await end(program)).toBe(error)
  })

  it('counts the silence from the question on', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    const program = await start(`each(({messageId}) => messageId === 'a' && say({messageId, action: 'move'}))`, {
      timeoutMs: 2500,
    })
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
    vi.advanceTimersByTime(10_000)
    const silent = ask(program, view('b'))
    vi.advanceTimersByTime(2499)
    expect(program.failure).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(await silent).toEqual({error: 'the program has not answered (1 wait, the first is b) for 2.5 s'})
  })

  it('ends a program that does not end by itself', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    const program = await start(`process.on('SIGTERM', () => {}); ${MOVE_ALL}; ${NEVER}`, {
      timeoutMs: 2500,
      graceMs: 1000,
    })
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
    const ended = end(program)
    vi.advanceTimersByTime(2500)
    expect(program.failure).toBe('the program has not ended for 2.5 s')
    vi.advanceTimersByTime(1000)
    expect(await ended).toBe('the program has not ended for 2.5 s')
  })

  it('ends the program and what it started when it is interrupted', async () => {
    const stop = new AbortController()
    const program = await start(
      `const child = require('child_process').spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); process.stdout.write('up'); ${NEVER}"], {stdio: ['ignore', 'pipe', 'inherit']})
      child.stdout.once('data', () => say({messageId: 'a', action: 'move', body: String(child.pid)}))
      ${NEVER}`,
      {signal: stop.signal, graceMs: 10},
    )
    const decision = await ask(program, view('a'))
    const grandchild = Number(bodyOf(decision))
    expect(isRunning(grandchild)).toBe(true)
    const waiting = ask(program, view('b'))
    stop.abort()
    expect(await waiting).toEqual({error: 'interrupted'})
    expect(await ask(program, view('c'))).toEqual({error: 'interrupted'})
    expect(await end(program)).toBe('interrupted')
    await expect.poll(() => isRunning(grandchild), {timeout: 20_000}).toBe(false)
  })

  it('asks nothing of a program that is interrupted from the start', async () => {
    const program = await start(MOVE_ALL, {signal: AbortSignal.abort()})
    expect(await ask(program, view('a'))).toEqual({error: 'interrupted'})
  })

  it('outlives a program that does not read', async () => {
    const program = await start(`process.stdin.destroy(); setTimeout(() => process.exit(0), 50)`)
    const decisions = await Promise.all(['a', 'b', 'c'].map(id => ask(program, view(id, 'x'.repeat(1_000_000)))))
    expect(decisions).toEqual(Array(3).fill({error: 'the program exited with code 0, without an answer'}))
    expect(await end(program)).toBe('the program exited with code 0, without an answer')
  })

  it('says so when the program fails after its last answer', async () => {
    const program = await start(`${MOVE_ALL}; lines.on('close', () => process.exit(4))`)
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
    expect(await end(program)).toBe('the program exited with code 4')
    expect(await ask(program, view('b'))).toEqual({error: 'the program exited with code 4'})
  })

  it.each([
    [{body: ''}, "the program's answer: the new body is empty, which SQS refuses"],
    [{body: 'a\u0000'}, "the program's answer: the new body holds U+0000, which SQS refuses"],
    [
      {messageAttributes: {'a b': {dataType: 'String', stringValue: 'x'}}},
      'the attribute "a b" is none that SQS takes',
    ],
    [
      {messageAttributes: {'AWS.x': {dataType: 'String', stringValue: 'x'}}},
      'the attribute "AWS.x" is none that SQS takes',
    ],
    [{messageAttributes: {a: {dataType: 'Text', stringValue: 'x'}}}, 'the attribute "a" is none that SQS takes'],
    [{messageAttributes: {a: {dataType: 'String', stringValue: ''}}}, 'the attribute "a" is none that SQS takes'],
    [{messageAttributes: {a: {dataType: 'Binary', stringValue: 'x'}}}, 'the attribute "a" is none that SQS takes'],
    [{messageAttributes: {a: {dataType: 'Binary', binaryValue: 'x'}}}, 'the attribute "a" is none that SQS takes'],
    [{messageAttributes: {a: {dataType: 'String', binaryValue: 'AAEC'}}}, 'the attribute "a" is none that SQS takes'],
    [
      {
        messageAttributes: Object.fromEntries(
          Array.from({length: 11}, (_, i) => [`a${i}`, {dataType: 'String', stringValue: 'x'}]),
        ),
      },
      'there are 11 attributes, more than 10',
    ],
  ])('leaves a message that would become %j, and goes on', async (change, error) => {
    const program = await start(
      `each(({messageId}) => say({messageId, action: 'move', ...(messageId === 'a' ? ${JSON.stringify(change)} : {})}))`,
    )
    expect(await ask(program, view('a'))).toEqual({error: expect.stringContaining(error) as string})
    expect(await ask(program, view('b'))).toEqual({action: 'move'})
    expect(await end(program)).toBeUndefined()
  })

  it('leaves a message that would grow too large', async () => {
    const program = await start(`each(({messageId, body}) => say({messageId, action: 'move', body: body.repeat(2)}))`)
    expect(await ask(program, view('a', 'x'.repeat(524_289)))).toEqual({
      error: "the program's answer: the message would have 1048578 bytes, more than 1048576",
    })
  })

  it('asks about one message once at a time, and about the same one again later', async () => {
    const program = await start(MOVE_ALL)
    const [first, second] = [ask(program, view('a')), ask(program, view('a'))]
    expect(await second).toEqual({error: 'the program is being asked about this message already'})
    expect(await first).toEqual({action: 'move'})
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
  })

  it('hands on what the program complains of, line by line and not without end', async () => {
    const complaints: string[] = []
    const script = `
      process.stderr.write(Buffer.from([0x61, 0xc3]))
      process.stderr.write(Buffer.concat([Buffer.from([0xa9]), Buffer.from('\\r\\n\\n' + 'x'.repeat(3000000) + '\\nlast words')]))
      ${MOVE_ALL}; lines.on('close', () => process.exitCode = 1)`
    const program = await start(script, {onStderr: line => complaints.push(line)})
    expect(await ask(program, view('m'))).toEqual({action: 'move'})
    expect(await end(program)).toBe('the program exited with code 1, saying: last words')
    expect(complaints).toEqual(['aé', 'x'.repeat(2000), 'last words'])
  })

  it('answers in the order of the messages, however the program does', async () => {
    const program = await start(`
      const held = []
      each(({messageId}) => { held.unshift(messageId); if (held.length === 3) for (const id of held) say({messageId: id, action: 'move', body: id}) })`)
    expect((await program.decide([view('a'), view('b'), view('c')])).map(bodyOf)).toEqual(['a', 'b', 'c'])
  })

  it('does not feed a program that has failed', async () => {
    const fed = await start(`each(({messageId}) => { console.log('?'); setInterval(() => {}, 1000) })`, {
      graceMs: 60_000,
    })
    const [first] = await fed.decide([view('a')])
    const error = expect.stringContaining('the program wrote a line that is no answer') as string
    expect(first).toEqual({error})
    expect(await fed.decide([view('b'), view('c')])).toEqual([{error}, {error}])
  })

  it('does not feed a program that has ended on its own', async () => {
    const {child, program} = await startBeside(
      `each(({messageId}) => { say({messageId, action: 'move'}); lines.close(); process.stdin.destroy() })`,
    )
    const closed = once(child, 'close')
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
    await closed
    const error = 'the program exited with code 0, before its input did'
    expect(program.failure).toBeUndefined()
    expect(await program.decide([view('b'), view('c')])).toEqual([{error}, {error}])
    expect(await end(program)).toBe(error)
  })

  it('lets 16 MiB of messages wait at once', async () => {
    const {child, program} = await startBeside(`
      const held = []
      each(({messageId}) => { held.push(messageId); if (held.length === 16) for (const id of held.splice(0)) say({messageId: id, action: 'move'}) })`)
    const write = vi.spyOn(child.stdin, 'write')
    const decided = program.decide(Array.from({length: 48}, (_, index) => view(`m${index}`, 'x'.repeat(1_000_000))))
    expect(write).toHaveBeenCalledTimes(16)
    expect(await decided).toEqual(Array(48).fill({action: 'move'}))
  })

  it('takes a program that ends with its last answer for one that is done', async () => {
    const program = await start(
      `lines.once('line', line => { say({messageId: JSON.parse(line).messageId, action: 'move'}); lines.close(); process.stdin.destroy() })`,
    )
    expect(await ask(program, view('a'))).toEqual({action: 'move'})
    expect(await end(program)).toBeUndefined()
    expect(await ask(program, view('b'))).toEqual({error: 'the program has been told that there are no more messages'})
  })

  it('refuses a program that cannot be started', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'through-'))
    try {
      for (const argv of [[], [''], [path.join(folder, 'missing')], [folder], [process.execPath, 'a\0b']]) {
        const refusal = throughProgram(argv, {signal: new AbortController().signal, timeoutMs: 1000, env: {}})
        await expect(refusal).rejects.toMatchObject({code: 'ProgramNotStarted', exitCode: 2})
      }
    } finally {
      rmSync(folder, {recursive: true})
    }
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
