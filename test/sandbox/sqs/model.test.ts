import fc from 'fast-check'
import {expect, it} from 'vitest'
import {arn, LocalSqs, type Received} from './local-sqs.js'

/**
 * Random traffic against a plain model of what must hold whatever happens: no message is lost or invented, none is delivered while it
 * is hidden, FIFO groups keep their order, and the counters add up.
 */

interface Copy {
  readonly body: string
  readonly group: string
  readonly sequence: number
  visibleAtMs: number
  inFlight: boolean
  delayed: boolean
}

type Step =
  | {readonly kind: 'send'; readonly group: number; readonly delay: number}
  | {readonly kind: 'receive'; readonly count: number; readonly visibility: number}
  | {readonly kind: 'delete'; readonly pick: number}
  | {readonly kind: 'release'; readonly pick: number}
  | {readonly kind: 'extend'; readonly pick: number; readonly seconds: number}
  | {readonly kind: 'advance'; readonly seconds: number}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({kind: fc.constant('send' as const), group: fc.nat(3), delay: fc.constantFrom(0, 0, 5)}),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('receive' as const),
        count: fc.integer({min: 1, max: 10}),
        visibility: fc.constantFrom(0, 3, 10),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.oneof(
        fc.record({kind: fc.constant('delete' as const), pick: fc.nat(50)}),
        fc.record({kind: fc.constant('release' as const), pick: fc.nat(50)}),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('extend' as const),
        pick: fc.nat(50),
        seconds: fc.integer({min: 1, max: 20}),
      }),
    },
    {weight: 3, arbitrary: fc.record({kind: fc.constant('advance' as const), seconds: fc.integer({min: 1, max: 8})})},
  ),
  {maxLength: 80},
)

class Model {
  readonly live = new Map<string, Copy>()
  readonly held = new Map<string, Received>()

  settle(nowMs: number): void {
    for (const copy of this.live.values()) {
      if (copy.visibleAtMs > nowMs) continue
      if (copy.inFlight) this.held.delete(copy.body)
      copy.inFlight = false
      copy.delayed = false
    }
  }

  counts(): readonly number[] {
    const copies = [...this.live.values()]
    const inFlight = copies.filter(copy => copy.inFlight).length
    const delayed = copies.filter(copy => copy.delayed).length
    return [copies.length - inFlight - delayed, inFlight, delayed]
  }

  /** How many of a FIFO queue's messages could be given: the receivable run at the head of each group. */
  deliverable(fifo: boolean): number {
    const copies = [...this.live.values()].sort((a, b) => a.sequence - b.sequence)
    const blocked = new Set<string>()
    return copies.filter(copy => {
      const free = !copy.inFlight && !copy.delayed
      if (!free && fifo) blocked.add(copy.group)
      return free && !blocked.has(copy.group)
    }).length
  }
}

async function run(fifo: boolean, script: readonly Step[]): Promise<void> {
  const sqs = new LocalSqs()
  const url = await sqs.create(fifo ? 'q.fifo' : 'q', fifo ? {ContentBasedDeduplication: 'true'} : {})
  const model = new Model()
  let sequence = 0
  for (const step of script) {
    const nowMs = sqs.clock.now()
    if (step.kind === 'send') {
      const delay = fifo ? 0 : step.delay
      const body = `m${++sequence}`
      const group = `g${step.group}`
      await sqs.send(url, body, {MessageGroupId: group, ...(!fifo && {DelaySeconds: delay})})
      model.live.set(body, {
        body,
        group,
        sequence,
        visibleAtMs: nowMs + delay * 1000,
        inFlight: false,
        delayed: delay > 0,
      })
    } else if (step.kind === 'receive') {
      const possible = model.deliverable(fifo)
      const messages = await sqs.receive(url, {MaxNumberOfMessages: step.count, VisibilityTimeout: step.visibility})
      expect(messages.length).toBe(Math.min(step.count, possible))
      const lastOfGroup = new Map<string, number>()
      for (const message of messages) {
        const copy = model.live.get(message.Body)
        if (copy === undefined) throw new Error(`${message.Body} is not in the queue`)
        expect(copy.inFlight || copy.delayed, `${message.Body} is hidden`).toBe(false)
        if (fifo) expect(copy.sequence).toBeGreaterThan(lastOfGroup.get(copy.group) ?? 0)
        lastOfGroup.set(copy.group, copy.sequence)
      }
      expect(new Set(messages.map(({Body}) => Body)).size).toBe(messages.length)
      for (const message of step.visibility > 0 ? messages : []) {
        const copy = model.live.get(message.Body)
        if (copy !== undefined) Object.assign(copy, {inFlight: true, visibleAtMs: nowMs + step.visibility * 1000})
        model.held.set(message.Body, message)
      }
    } else if (step.kind === 'advance') {
      sqs.clock.advance(step.seconds * 1000)
      model.settle(sqs.clock.now())
    } else {
      const message = [...model.held.values()].at(step.pick % Math.max(1, model.held.size))
      const copy = model.live.get(message?.Body ?? '')
      if (message === undefined || copy === undefined) continue
      if (step.kind === 'delete') {
        await sqs.delete(url, message.ReceiptHandle)
        model.live.delete(message.Body)
        model.held.delete(message.Body)
      } else if (step.kind === 'release') {
        await sqs.hide(url, message.ReceiptHandle, 0)
        Object.assign(copy, {inFlight: false, visibleAtMs: nowMs})
        model.held.delete(message.Body)
      } else {
        await sqs.hide(url, message.ReceiptHandle, step.seconds)
        copy.visibleAtMs = nowMs + step.seconds * 1000
      }
    }
    expect(await sqs.counts(url)).toEqual(model.counts())
  }
}

it.each([
  ['standard', false],
  ['FIFO', true],
])('a %s queue loses, invents and repeats nothing', async (_, fifo) => {
  await fc.assert(
    fc.asyncProperty(steps, script => run(fifo, script)),
    {numRuns: 300},
  )
})

it('a move task, a consumer and a producer at once lose nothing', async () => {
  const script = fc.array(
    fc.record({
      kind: fc.constantFrom('send', 'fail', 'move', 'cancel', 'advance', 'consume'),
      rate: fc.integer({min: 1, max: 500}),
    }),
    {maxLength: 60},
  )
  await fc.assert(
    fc.asyncProperty(script, async actions => {
      const sqs = new LocalSqs()
      const {url, dlqUrl} = await sqs.createWithDlq('q', 'dlq', 1)
      const alive = new Set<string>()
      let number = 0
      let task: unknown
      for (const {kind, rate} of actions) {
        if (kind === 'send') {
          alive.add(`m${++number}`)
          await sqs.send(url, `m${number}`)
        } else if (kind === 'fail') await sqs.receive(url, {MaxNumberOfMessages: 10, VisibilityTimeout: 0})
        else if (kind === 'advance') sqs.clock.advance(rate)
        else if (kind === 'consume') {
          for (const {Body, ReceiptHandle} of await sqs.receive(url)) {
            await sqs.delete(url, ReceiptHandle)
            alive.delete(Body)
          }
        } else {
          const running = (await sqs.moveTasks(arn('dlq')))[0]?.Status === 'RUNNING'
          if (kind === 'cancel' && running) await sqs.call('CancelMessageMoveTask', {TaskHandle: task})
          const active = ['RUNNING', 'CANCELLING'].includes((await sqs.moveTasks(arn('dlq')))[0]?.Status ?? '')
          if (kind === 'move' && !active) {
            const started = await sqs.call('StartMessageMoveTask', {
              SourceArn: arn('dlq'),
              MaxNumberOfMessagesPerSecond: rate,
            })
            task = started.TaskHandle
          }
        }
        const total = [...(await sqs.counts(url)), ...(await sqs.counts(dlqUrl))].reduce((sum, count) => sum + count, 0)
        expect(total).toBe(alive.size)
      }
      const left: string[] = []
      for (const queue of [url, dlqUrl]) {
        for (let bodies = await sqs.bodies(queue); bodies.length > 0; bodies = await sqs.bodies(queue))
          left.push(...bodies)
      }
      left.push(...(await sqs.bodies(dlqUrl)))
      expect(left.sort()).toEqual([...alive].sort())
    }),
    {numRuns: 100},
  )
})
