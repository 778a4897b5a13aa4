import {seededRandom} from '../random.js'
import type {FaultKind, FaultRule, FaultState} from './rule.js'
import {batchMember} from './tamper.js'

/** Between services there is no connection to slow down and no clock to be off. */
const DELIVERY_KINDS: ReadonlySet<FaultKind> = new Set([
  'error',
  'throttle',
  'access-denied',
  'reset-before',
  'reset-after',
])

interface Armed {
  readonly id: string
  readonly rule: FaultRule
  readonly random: () => number
  seen: number
  hits: number
}

/** What a rule is matched against. */
export interface FaultTarget {
  readonly service: string
  readonly action: string
  readonly account: string
  readonly region: string
  readonly input: Readonly<Record<string, unknown>>
}

/** The faults that are set. The first rule that matches a request and is not used up has its way with it. */
export class Faults {
  #armed: Armed[] = []
  #nextId = 1

  /** Sets a fault; returns the id to remove it by. Throws RangeError on a rule that could never mean anything. */
  add(rule: FaultRule): string {
    check(rule)
    const id = `fault-${this.#nextId++}`
    this.#armed.push({id, rule, random: seededRandom(rule.seed ?? 1), seen: 0, hits: 0})
    return id
  }

  remove(id: string): boolean {
    const before = this.#armed.length
    this.#armed = this.#armed.filter(armed => armed.id !== id)
    return this.#armed.length < before
  }

  clear(): void {
    this.#armed = []
  }

  list(): readonly FaultState[] {
    return this.#armed.map(({id, rule, seen, hits}) => ({id, ...rule, seen, hits}))
  }

  /** Cheap question for the path of every request. */
  get any(): boolean {
    return this.#armed.length > 0
  }

  /** Takes the fault that this request is to suffer, and counts it. */
  take(target: FaultTarget): FaultRule | undefined {
    return this.#take(target, () => true)
  }

  /**
   * The same for what one service asks of another. Only a rule that names the service means it, and only one that fails the request:
   * a rule for whatever comes along is there to spoil the requests of users.
   */
  takeForDelivery(target: FaultTarget): FaultRule | undefined {
    return this.#take(target, ({service, kind}) => service !== undefined && DELIVERY_KINDS.has(kind))
  }

  #take(target: FaultTarget, concerns: (rule: FaultRule) => boolean): FaultRule | undefined {
    for (const armed of this.#armed) {
      const {rule} = armed
      if (!concerns(rule) || !matches(rule, target) || armed.hits >= (rule.times ?? Infinity)) continue
      armed.seen++
      if (armed.seen <= (rule.skip ?? 0)) continue
      if (rule.rate !== undefined && armed.random() >= rule.rate) continue
      armed.hits++
      return rule
    }
    return undefined
  }
}

function matches(rule: FaultRule, {service, action, account, region, input}: FaultTarget): boolean {
  return (
    (rule.service === undefined || rule.service === service) &&
    (rule.action === undefined || rule.action === action) &&
    (rule.account === undefined || rule.account === account) &&
    (rule.region === undefined || rule.region === region) &&
    (rule.resource === undefined || rule.resource === resourceOf(input)) &&
    (rule.kind !== 'partial-batch' || batchMember(input) !== undefined)
  )
}

/** The name of the queue, topic or function that a request is about, if it is about one. */
export function resourceOf(input: Readonly<Record<string, unknown>>): string | undefined {
  const {
    FunctionName,
    QueueUrl: url,
    QueueName,
    Name,
    SourceArn,
    TopicArn,
    TargetArn,
    Resource,
    ResourceArn,
    SubscriptionArn,
  } = input
  if (typeof url === 'string') return url.slice(url.lastIndexOf('/') + 1)
  const name = QueueName ?? Name
  if (typeof name === 'string') return name
  if (typeof FunctionName === 'string') return functionNameOf(FunctionName)
  if (typeof Resource === 'string') return functionNameOf(Resource)
  const arn = SourceArn ?? TopicArn ?? TargetArn ?? ResourceArn ?? SubscriptionArn
  return typeof arn === 'string' ? arn.split(':')[5] : undefined
}

/** `function:NAME`, with whatever stands before and behind it, or the bare name. */
function functionNameOf(given: string): string | undefined {
  const [name] = given.slice(given.lastIndexOf('function:') + (given.includes('function:') ? 9 : 0)).split(':')
  return name
}

function check(rule: FaultRule): void {
  const whole = ['times', 'skip', 'latencyMs'] as const
  for (const member of whole) {
    const value = rule[member]
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      throw new RangeError(`${member} must be a whole number from 0, not ${value}`)
  }
  if (rule.rate !== undefined && !(rule.rate >= 0 && rule.rate <= 1))
    throw new RangeError(`rate must lie between 0 and 1, not ${rule.rate}`)
  if (rule.status !== undefined && !(Number.isInteger(rule.status) && rule.status >= 400 && rule.status <= 599)) {
    throw new RangeError(`status must be an HTTP error status, not ${rule.status}`)
  }
}
