import {InvalidPatternError} from '../errors.js'
import {alternativeText} from '../explaining/alternative-text.js'
import {compileFilterPolicy} from '../filter-policy.js'
import type {PatternEntry} from '../pattern/alternative.js'
import {lastOfEachName} from '../pattern/last-of-name.js'
import {parsePattern} from '../pattern/parse-pattern.js'

const KEYS_LIMIT = 5

/** A key that no message has. */
const ABSENT_KEY = 'msgops-no-such-key'

/**
 * A policy that lets through at least what either of two policies does, and that SNS takes in both scopes: for the time in which the scope
 * changes from that of the first to that of the second. Nested keys are written with dots, which attributes may have too. Undefined where
 * no such policy fits the limits of SNS. Pure; both texts are policies that SNS takes.
 */
export function bridgePolicy(before: string, after: string): string | undefined {
  return eitherOf(flatBranch(before), flatBranch(after))
}

/**
 * A policy that holds the given one and lets through at least what any policy does in either scope: SNS refuses it where it refuses the
 * given one, and nothing is held back when it does not. Undefined where none fits the limits of SNS. Pure.
 */
export function trialPolicy(after: string): string | undefined {
  return eitherOf(flatBranch(after), `{"${ABSENT_KEY}":[{"exists":false}]}`)
}

function eitherOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return undefined
  const text = `{"$or":[${one},${other}]}`
  try {
    // AWS documents five keys that hold values; that more were taken at times is nothing to rely on half-way.
    const {leafKeys} = compileFilterPolicy(text, 'MessageAttributes')
    compileFilterPolicy(text, 'MessageBody')
    return leafKeys > KEYS_LIMIT ? undefined : text
  } catch (error) {
    if (error instanceof InvalidPatternError) return undefined
    throw error
  }
}

function flatBranch(policyText: string): string | undefined {
  return flatText(lastOfEachName(parsePattern(policyText)))
}

function flatText(entries: readonly PatternEntry[]): string | undefined {
  const members = membersOf(entries)
  if (members === undefined) return undefined
  // Of a name that stands there twice SNS would forget the first.
  const names = members.map(([name]) => name)
  return new Set(names).size < names.length
    ? undefined
    : `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}

function membersOf(entries: readonly PatternEntry[]): [string, string][] | undefined {
  const members: [string, string][] = []
  for (const entry of entries) {
    if (entry.kind === 'field') members.push([entry.path, `[${entry.alternatives.map(alternativeText).join(',')}]`])
    else if (entry.kind === 'nested') {
      const inner = membersOf(entry.entries)
      if (inner === undefined) return undefined
      members.push(...inner)
    } else {
      const branches = entry.branches.map(flatText)
      if (branches.includes(undefined)) return undefined
      members.push(['$or', `[${branches.join(',')}]`])
    }
  }
  return members
}
