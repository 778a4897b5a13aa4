import type {AwsContext} from '../../aws/context.js'
import type {MovedMessage} from '../../filters/change/effect.js'
import type {KeyChange} from '../../filters/change/policy-diff.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import {placedName} from '../endpoint-name.js'
import type {FilterPlan} from './plan.js'

/** Alternatives of one key that are shown before a question. */
const SHOWN = 12

/** Refuses in read-only mode, before any question, what would change a filter: throws OpsError `ReadOnly` (exit 7). */
export function assertSetAllowed({connection}: AwsContext, {subscription, after}: FilterPlan): void {
  if (!connection.readOnly) return
  const what = after.filterPolicy === null ? 'take the filter away from' : 'set the filter of'
  throw new OpsError(`Read-only mode refuses to ${what} ${subscription}. Nothing was changed.`, {
    code: 'ReadOnly',
    exitCode: ExitCode.refused,
    suggestions: [
      '--dry-run shows what would change.',
      'Leave out --read-only, or unset MSGOPS_READ_ONLY, to allow it.',
    ],
  })
}

/** What a change of a filter asks before it is made, and what it tells above the question. Pure. */
export function filterConsent(
  plan: FilterPlan,
  {accountId, region}: {readonly accountId: string; readonly region: string},
): {readonly question: string; readonly details: readonly string[]} {
  const {topic, protocol, endpoint, after, steps} = plan
  const name = placedName(endpoint, topic.arn)
  return {
    question:
      after.filterPolicy === null
        ? `Take the filter away, so that ${name} gets every message of ${topic.name}?`
        : `Set the filter of ${name} on ${topic.name}?`,
    details: [
      `In account ${accountId}, ${region}: the subscription of ${protocol} ${endpoint} to ${topic.name}`,
      ...scopeLines(plan),
      ...plan.changes.flatMap(changeLines),
      ...sampleLines(plan),
      ...(steps.length < 2
        ? []
        : ['SNS takes policy and scope in calls of their own:', ...steps.map((step, index) => stepLine(step, index))]),
    ],
  }
}

/** One call of a plan, and what is delivered after it. */
export function stepLine({attribute, value, then}: FilterPlan['steps'][number], index: number): string {
  return `${index + 1}. ${attribute} = ${value === '' ? '(none)' : value}; from then on: ${then}`
}

function scopeLines({before, after}: FilterPlan): string[] {
  const [old, next] = [before.filterPolicyScope, after.filterPolicyScope]
  if (old === next || next === null) return []
  return [old === null ? `Scope: ${next}; until now every message is delivered` : `Scope: ${old} -> ${next}`]
}

function changeLines({path, change, added, removed}: KeyChange): string[] {
  if (change === 'same') return [`  ${path}: stays`]
  const [gone, come] = [removed.slice(0, SHOWN), added.slice(0, SHOWN)]
  const left = removed.length + added.length - gone.length - come.length
  return [
    `${MARKS[change]} ${path}`,
    ...gone.map(text => `    - ${text}`),
    ...come.map(text => `    + ${text}`),
    ...(left > 0 ? [`    and ${left} more`] : []),
  ]
}

/** How a key's change is marked. */
export const MARKS: Readonly<Record<KeyChange['change'], string>> = {added: '+', removed: '-', changed: '~', same: '='}

function sampleLines({sample}: FilterPlan): string[] {
  if (sample === null) return []
  const {source, total, arriveBefore, arriveAfter, start, stop, starting, stopping} = sample
  return [
    `Of ${total} messages of ${source}, ${arriveBefore} arrive now and ${arriveAfter} would then`,
    ...movedLines(`${stop} would stop arriving`, stop, stopping),
    ...movedLines(`${start} would start arriving`, start, starting),
  ]
}

function movedLines(title: string, count: number, messages: readonly MovedMessage[]): string[] {
  if (count === 0) return []
  const more = count - messages.length
  return [
    `${title}:`,
    ...messages.map(({id, key, because}) => `    ${id}: ${key === null ? '' : `${key} `}${because}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ]
}
