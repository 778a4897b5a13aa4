import {createHash} from 'node:crypto'
import {chmod, link, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {OpsError} from '../../../src/lib/ops-error.js'
import type {Disk} from '../../../src/lib/private-files.js'
import {localDisk} from '../../../src/lib/private-files.js'
import type {PlanContent, PlannedSettings} from '../../../src/lib/redrive/plan-file.js'
import {countRangeOf, parsePlan, planText, readPlanFile, writePlanFile} from '../../../src/lib/redrive/plan-file.js'
import {placeDifferences, queueDifferences, stale, timeDifferences} from '../../../src/lib/redrive/plan-stale.js'
import {hostileStrings} from '../../fixtures/hostile-strings.js'

const folder = await mkdtemp(path.join(tmpdir(), 'msgops-plan-'))
afterAll(() => rm(folder, {recursive: true, force: true}))
let files = 0
const fresh = () => path.join(folder, `plan-${files++}.json`)

const arn = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`

const ORDERS: PlannedSettings = {
  arn: arn('orders'),
  type: 'standard',
  createdAt: '2026-01-02T00:00:00.000Z',
  messageRetentionPeriod: 345_600,
  maximumMessageSize: 1_048_576,
  sqsManagedSseEnabled: false,
  kmsMasterKeyId: 'alias/orders',
  redrivePolicy: {deadLetterTargetArn: arn('orders-dlq'), maxReceiveCount: 3},
}

const PLAN: PlanContent = {
  version: '0.1.0',
  createdAt: '2026-11-21T03:00:00.000Z',
  expiresAt: '2026-11-22T03:00:00.000Z',
  place: {account: '111122223333', region: 'eu-west-1', endpoint: null},
  to: null,
  engine: 'client',
  reason: "AWS's move task has no --where",
  request: {
    engine: 'auto',
    selection: {where: "body.type == 'refund'", pattern: '{"body":{"n":[1]}}', olderThan: '2026-11-21T01:00:00.000Z'},
    max: 100,
    canary: {count: 10, maxReturnPercent: 2.5},
  },
  changeHash: 'c0ffee',
  source: {
    arn: arn('orders-dlq'),
    type: 'standard',
    createdAt: '2026-01-01T00:00:00.000Z',
    messageRetentionPeriod: 1_209_600,
    maximumMessageSize: 262_144,
    sqsManagedSseEnabled: true,
    kmsMasterKeyId: null,
    redrivePolicy: null,
  },
  routes: [{from: arn('orders'), to: arn('orders'), settings: ORDERS}],
  approximateNumberOfMessages: 240,
  approximateNumberOfMessagesNotVisible: 0,
  approximateNumberOfMessagesDelayed: 0,
  countRange: {least: 120, most: 480},
}

async function failureOf(promise: Promise<unknown>): Promise<OpsError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof OpsError)) throw new Error('no OpsError', {cause: error})
  return error
}

function parseFailure(text: string): OpsError {
  try {
    parsePlan(text, '/plans/one.json')
  } catch (error) {
    if (error instanceof OpsError) return error
    throw error
  }
  throw new Error('the plan was read')
}

/** A plan with something else in it and the checksum that goes with it: what another version, or a forger, could have written. */
function sealed(change: (plan: Record<string, unknown>) => void): string {
  const {checksum, ...body} = JSON.parse(planText(PLAN)) as Record<string, unknown>
  expect(checksum).toMatch(/^sha256:[0-9a-f]{64}$/)
  change(body)
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  return JSON.stringify({...body, checksum: `sha256:${digest}`})
}

describe('the range of the count', () => {
  test.each([
    [0, undefined, 0, 10],
    [1, undefined, 0, 11],
    [10, undefined, 0, 20],
    [15, undefined, 5, 30],
    [20, undefined, 10, 40],
    [21, undefined, 10, 42],
    [240, undefined, 120, 480],
    [240, 0, 240, 240],
    [240, 10, 216, 264],
    [7, 50, 4, 10],
    [3, 100, 0, 6],
    [0, 20, 0, 0],
  ])('of %d messages with a tolerance of %s percent is %d to %d', (count, tolerance, least, most) => {
    expect(countRangeOf(count, tolerance)).toEqual({least, most})
  })
})

describe('the file', () => {
  test('is of the user alone, and reads back as it was', async () => {
    const file = fresh()
    const relative = path.relative(process.cwd(), file)
    expect(await writePlanFile(relative, PLAN)).toBe(file)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const parsed = await readPlanFile(relative)
    expect(parsed).toMatchObject({...PLAN})
  })

  test('is JSON that a person can read, with a checksum over the rest of it', async () => {
    const file = fresh()
    await writePlanFile(file, PLAN)
    const text = await readFile(file, 'utf8')
    expect(text.startsWith('{\n  "msgops": "redrive-plan",\n  "schema": 1,\n  "version": "0.1.0",\n')).toBe(true)
    expect(text.endsWith('"\n}\n')).toBe(true)
    const {checksum, ...rest} = JSON.parse(text) as Record<string, unknown>
    expect(checksum).toBe(`sha256:${createHash('sha256').update(JSON.stringify(rest)).digest('hex')}`)
  })

  test('may be laid out anew', () => {
    expect(parsePlan(JSON.stringify(JSON.parse(planText(PLAN))), 'x')).toMatchObject({changeHash: 'c0ffee'})
  })

  test.each(hostileStrings)('keeps what was asked to the letter: $what', ({text}) => {
    const plan = {...PLAN, request: {...PLAN.request, transform: text, through: [text, '']}}
    expect(parsePlan(planText(plan), 'x').request).toMatchObject({transform: text, through: [text, '']})
  })

  test('overwrites nothing, and follows no link', async () => {
    const file = fresh()
    await writeFile(file, 'mine')
    const linked = fresh()
    await symlink(path.join(folder, 'not-there'), linked)
    for (const taken of [file, linked]) {
      const {code, exitCode, message} = await failureOf(writePlanFile(taken, PLAN))
      expect([code, exitCode, message]).toEqual([
        'PlanExists',
        2,
        `${taken} exists already, and a plan overwrites nothing`,
      ])
    }
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect(await readdir(folder)).not.toContain('not-there')
  })

  test('is not left behind in half where the disk fails', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'})
    for (const failing of ['write', 'datasync'] as const) {
      const file = fresh()
      const disk: Disk = {
        ...localDisk,
        create: async name => {
          const handle = await localDisk.create(name)
          return {
            write: (bytes, at) => (failing === 'write' ? Promise.reject(full) : handle.write(bytes, at)),
            datasync: () => Promise.reject(full),
            truncate: bytes => handle.truncate(bytes),
            close: () => handle.close(),
          }
        },
      }
      const {code, exitCode, message} = await failureOf(writePlanFile(file, PLAN, disk))
      expect([code, exitCode]).toEqual(['PlanWriteFailed', 1])
      expect(message).toBe(`The plan could not be written to ${file}: the disk is full`)
      expect(await readdir(folder)).not.toContain(path.basename(file))
    }
  })

  test('in a folder that is not there says so', async () => {
    const {code, exitCode} = await failureOf(writePlanFile(path.join(folder, 'no', 'plan.json'), PLAN))
    expect([code, exitCode]).toEqual(['PlanWriteFailed', 1])
  })

  test.each([
    ['others may write to it', 0o666],
    ['others may write to it', 0o620],
    ['others may write to it', 0o602],
  ])('is not read where %s (%o)', async (why, mode) => {
    const file = fresh()
    await writePlanFile(file, PLAN)
    await chmod(file, mode)
    const {code, exitCode, message} = await failureOf(readPlanFile(file))
    expect([code, exitCode, message]).toEqual(['UnsafeFile', 7, `${file} is not used: ${why}`])
  })

  test('is not read where it belongs to someone else, not even by root', async () => {
    const file = fresh()
    await writePlanFile(file, PLAN)
    const {uid} = await stat(file)
    expect(await readPlanFile(file, uid)).toMatchObject({changeHash: 'c0ffee'})
    const {code, exitCode, message} = await failureOf(readPlanFile(file, uid + 1))
    expect([code, exitCode, message]).toEqual(['UnsafeFile', 7, `${file} is not used: it belongs to another user`])
  })

  test('is not read through a link, nor a folder in its place', async () => {
    const file = fresh()
    await writePlanFile(file, PLAN)
    const linked = fresh()
    await symlink(file, linked)
    expect(await failureOf(readPlanFile(linked))).toMatchObject({code: 'UnsafeFile', exitCode: 7})
    expect(await failureOf(readPlanFile(folder))).toMatchObject({code: 'UnsafeFile', exitCode: 7})
    const second = fresh()
    await link(file, second)
    expect(await readPlanFile(second)).toMatchObject({changeHash: 'c0ffee'})
  })

  test('that is not there is not found', async () => {
    const file = fresh()
    const {code, exitCode, message} = await failureOf(readPlanFile(file))
    expect([code, exitCode, message]).toEqual(['FileDoesNotExist', 5, `There is no file ${file}`])
  })

  test('that is far too large is not taken into memory', async () => {
    const file = fresh()
    await writeFile(file, planText(PLAN).padEnd(16 * 1_048_576 + 1), {mode: 0o600})
    expect(await failureOf(readPlanFile(file))).toMatchObject({code: 'PlanInvalid', exitCode: 2})
  })
})

describe('what is no plan', () => {
  test.each(['', '{', 'null', '[]', '"redrive-plan"', '{"journal":"msgops"}', planText(PLAN).slice(0, 300)])(
    '%j is refused',
    text => {
      expect(parseFailure(text)).toMatchObject({
        code: 'PlanInvalid',
        exitCode: 2,
        message: '/plans/one.json is no plan of a redrive',
      })
    },
  )

  test('every character of it is covered by the checksum or the form', () => {
    const text = JSON.stringify(JSON.parse(planText(PLAN)))
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === '7' ? '8' : '7'
      const {exitCode, code} = parseFailure(text.slice(0, at) + other + text.slice(at + 1))
      expect([at, exitCode === 2 ? 'PlanInvalid' : 'PlanStale']).toEqual([at, code])
    }
  })

  test.each([
    ['another schema', {schema: 2}, 'its schema is 2, and this version of msgops knows 1'],
    ['no schema', {schema: undefined}, 'its schema is undefined, and this version of msgops knows 1'],
    ['an engine that is none', {engine: 'both'}, 'what it says is not in the form of a plan'],
    ['an expiry that is none', {expiresAt: 'never'}, 'what it says is not in the form of a plan'],
    ['no range', {countRange: undefined}, 'what it says is not in the form of a plan'],
    ['a range of text', {countRange: {least: '0', most: '9'}}, 'what it says is not in the form of a plan'],
    ['a request without an engine', {request: {}}, 'what it says is not in the form of a plan'],
    ['a switch as text', {request: {engine: 'auto', keep: 'yes'}}, 'what it says is not in the form of a plan'],
    [
      'a selection it does not know',
      {request: {engine: 'auto', selection: {sql: 'x'}}},
      'what it says is not in the form of a plan',
    ],
    [
      'a time that is relative',
      {request: {engine: 'auto', selection: {olderThan: '2h'}}},
      'what it says is not in the form of a plan',
    ],
    [
      'a wish it does not know',
      {request: {engine: 'auto', discard: true}},
      'what it says is not in the form of a plan',
    ],
    ['a route without a queue', {routes: [{from: null, settings: null}]}, 'what it says is not in the form of a plan'],
    ['more than is known', {also: 1}, 'what it says is not in the form of a plan'],
  ])('%s, with a checksum that is right, is refused', (_, change, why) => {
    const failure = parseFailure(sealed(plan => Object.assign(plan, change)))
    expect([failure.code, failure.exitCode]).toEqual(['PlanStale', 7])
    expect(failure.message).toBe(
      `The plan /plans/one.json is not carried out: ${why}. Nothing was received, and nothing was changed.`,
    )
  })

  test('a changed wish under the old checksum is refused', () => {
    const failure = parseFailure(planText(PLAN).replace('"max": 100', '"max": 101'))
    expect([failure.code, failure.exitCode]).toEqual(['PlanStale', 7])
    expect(failure.message).toContain('its checksum is not that of its content: it was changed or damaged')
  })
})

describe('differences', () => {
  const at = Date.parse('2026-11-21T12:00:00.000Z')

  test('none', () => {
    expect([timeDifferences(PLAN, at), placeDifferences(PLAN, PLAN), queueDifferences(PLAN, PLAN)]).toEqual([
      [],
      [],
      [],
    ])
  })

  test.each([
    ['2026-11-22T02:59:59.999Z', []],
    ['2026-11-22T03:00:00.000Z', ['it expired at 2026-11-22T03:00:00.000Z']],
    ['2027-01-01T00:00:00.000Z', ['it expired at 2026-11-22T03:00:00.000Z']],
    ['2026-11-21T02:55:00.000Z', []],
    [
      '2026-11-21T02:54:59.999Z',
      ['it was made at 2026-11-21T03:00:00.000Z, which by the clock of this machine is still to come'],
    ],
  ])('of the time: at %s', (now, expected) => {
    expect(timeDifferences(PLAN, Date.parse(now))).toEqual(expected)
  })

  test('of the place: account, region and endpoint, of both ends', () => {
    const here = {account: '999999999999', region: 'us-east-1', endpoint: 'http://127.0.0.1:4566'}
    expect(placeDifferences(PLAN, {place: here, to: null})).toEqual([
      'the account is 111122223333 in the plan and 999999999999 here',
      'the region is eu-west-1 in the plan and us-east-1 here',
      'the endpoint is that of AWS in the plan and http://127.0.0.1:4566 here',
    ])
    expect(
      placeDifferences({place: here, to: PLAN.place}, {place: here, to: {...PLAN.place, account: '444455556666'}}),
    ).toEqual(['the account of the destination is 111122223333 in the plan and 444455556666 here'])
  })

  const orders = (change: Partial<PlannedSettings>): Partial<PlanContent> => ({
    routes: [{from: arn('orders'), to: arn('orders'), settings: {...ORDERS, ...change}}],
  })
  const dlq = (change: Partial<PlannedSettings>): Partial<PlanContent> => ({source: {...PLAN.source, ...change}})

  test.each<[string, Partial<PlanContent>, string[]]>([
    ['engine', {engine: 'native'}, ['the engine was client and is native']],
    ['hash', {changeHash: 'beef'}, ['what selects and changes messages has another meaning now (changeHash)']],
    ['source', dlq({arn: arn('other')}), [`arn of orders-dlq was ${arn('orders-dlq')} and is ${arn('other')}`]],
    ['type', dlq({type: 'fifo'}), ['type of orders-dlq was standard and is fifo']],
    [
      'a queue made anew',
      dlq({createdAt: '2026-11-21T04:00:00.000Z'}),
      ['createdAt of orders-dlq was 2026-01-01T00:00:00.000Z and is 2026-11-21T04:00:00.000Z'],
    ],
    ['retention', dlq({messageRetentionPeriod: 60}), ['messageRetentionPeriod of orders-dlq was 1209600 and is 60']],
    [
      'a redrive policy of the DLQ',
      dlq({redrivePolicy: {deadLetterTargetArn: arn('deep'), maxReceiveCount: 2}}),
      [`redrivePolicy of orders-dlq was none and is ${arn('deep')} after 2 receives`],
    ],
    [
      'the redrive policy of the destination',
      orders({redrivePolicy: {deadLetterTargetArn: arn('orders-dlq'), maxReceiveCount: 1}}),
      [
        `redrivePolicy of orders was ${arn('orders-dlq')} after 3 receives and is ${arn('orders-dlq')} after 1 receives`,
      ],
    ],
    [
      'size and key',
      orders({maximumMessageSize: 1024, kmsMasterKeyId: null, sqsManagedSseEnabled: true}),
      [
        'maximumMessageSize of orders was 1048576 and is 1024',
        'sqsManagedSseEnabled of orders was false and is true',
        'kmsMasterKeyId of orders was alias/orders and is none',
      ],
    ],
    [
      'settings that cannot be read any more',
      {routes: [{from: arn('orders'), to: arn('orders'), settings: null}]},
      ['the settings of orders cannot be read any more'],
    ],
    [
      'a route that is gone',
      {routes: []},
      [`messages that came from ${arn('orders')} went to ${arn('orders')}, and now nowhere`],
    ],
    [
      'a route to another queue',
      {routes: [{from: arn('orders'), to: arn('other'), settings: ORDERS}]},
      [`messages went to ${arn('orders')}, and now to ${arn('other')}`],
    ],
    [
      'a route more',
      {routes: [...PLAN.routes, {from: arn('previews'), to: arn('previews'), settings: null}]},
      [`messages that came from ${arn('previews')} now go to ${arn('previews')}`],
    ],
    [
      'fewer messages',
      {approximateNumberOfMessages: 100, approximateNumberOfMessagesNotVisible: 19},
      ['orders-dlq holds about 119 messages, and the plan is for 120 to 480'],
    ],
    [
      'more messages',
      {approximateNumberOfMessages: 480, approximateNumberOfMessagesDelayed: 1},
      ['orders-dlq holds about 481 messages, and the plan is for 120 to 480'],
    ],
    ['as few as may be', {approximateNumberOfMessages: 100, approximateNumberOfMessagesNotVisible: 20}, []],
    ['as many as may be', {approximateNumberOfMessages: 480}, []],
  ])('of the queues: %s', (_, change, expected) => {
    expect(queueDifferences(PLAN, {...PLAN, ...change})).toEqual(expected)
  })

  test('of settings that could not be read then are none', () => {
    const unread: PlanContent = {...PLAN, routes: [{from: arn('orders'), to: arn('orders'), settings: null}]}
    expect(queueDifferences(unread, PLAN)).toEqual([])
  })

  test('are all named in the refusal, with how to plan anew', () => {
    const {message, code, exitCode, suggestions} = stale(PLAN, [
      'it expired at X',
      'the engine was client and is native',
    ])
    expect([message, code, exitCode, suggestions]).toEqual([
      'The plan does not fit any more: it expired at X; the engine was client and is native. Nothing was received, and nothing was changed.',
      'PlanStale',
      7,
      ['Look, and plan anew: msgops dlq redrive orders-dlq --plan FILE'],
    ])
  })
})
