import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import type {FilteredMessage, FilterPolicyScope} from '../../../src/lib/filters/filter-policy.js'

type Expectation = 'match' | 'no-match' | 'invalid'

interface Case {
  readonly id: string
  readonly trust: string
  readonly expect: Expectation
  /** First line of AWS's message. */
  readonly error?: string
  /** The message was not recorded on AWS but made from event-ruler's. */
  readonly errorDerived?: boolean
  /** The message changed since it was recorded. */
  readonly errorDoubt?: boolean
  /** The message is another emulator's, not AWS's. */
  readonly errorFromPeer?: boolean
  /** Sources disagree on the outcome. */
  readonly doubt?: boolean
}

export interface PolicyCase extends Case {
  readonly scope: FilterPolicyScope
  readonly policyText: string
  readonly api?: 'Subscribe' | 'SetSubscriptionAttributes' | 'unknown'
  readonly message: {
    readonly attributes: Readonly<Record<string, {readonly DataType: string; readonly StringValue?: string}>>
    readonly body: string
  }
}

export interface PatternCase extends Case {
  readonly patternText: string
  readonly eventText: string
  /** The event, not the pattern, is what AWS refuses. */
  readonly invalidPart?: 'event'
  /** The texts say more than parsed JSON holds. */
  readonly lossy?: boolean
}

export interface ComplexityCase {
  readonly id: string
  readonly scope: FilterPolicyScope
  readonly policy: unknown
  readonly combinations?: number
  readonly wildcardPoints?: number
}

export const policyCases: readonly PolicyCase[] = read('sns-filter-cases.json')
export const patternCases: readonly PatternCase[] = read('eventbridge-pattern-cases.json')
export const complexityCases: readonly ComplexityCase[] = read('sns-complexity-cases.json')

/** The message of a case in the shape the engine takes. */
export function messageOf({message}: PolicyCase): FilteredMessage {
  const attributes = Object.entries(message.attributes).map(([name, {DataType, StringValue}]) => [
    name,
    {dataType: DataType, stringValue: StringValue},
  ])
  return {attributes: Object.fromEntries(attributes), body: message.body}
}

function read(name: string): [] {
  const path = fileURLToPath(new URL(`../../conformance/${name}`, import.meta.url))
  return JSON.parse(readFileSync(path, 'utf8')) as []
}
