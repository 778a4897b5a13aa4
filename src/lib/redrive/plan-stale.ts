import {ExitCode, OpsError} from '../ops-error.js'
import type {Place, PlanContent, PlannedRoute, PlannedSettings} from './plan-file.js'

/** How far the clock of the machine that made the plan may be ahead. */
const CLOCK_ALLOWANCE_MS = 300_000

/** Why the time for the plan is over, or has not come; nothing where it is now. */
export function timeDifferences({createdAt, expiresAt}: PlanContent, nowMs: number): string[] {
  return [
    ...(Date.parse(createdAt) - nowMs > CLOCK_ALLOWANCE_MS
      ? [`it was made at ${createdAt}, which by the clock of this machine is still to come`]
      : []),
    ...(nowMs >= Date.parse(expiresAt) ? [`it expired at ${expiresAt}`] : []),
  ]
}

/** In what the connection is another one than the plan was made for. */
export function placeDifferences(
  planned: Pick<PlanContent, 'place' | 'to'>,
  now: Pick<PlanContent, 'place' | 'to'>,
): string[] {
  return [
    ...placeDifference('', planned.place, now.place),
    ...(planned.to === null || now.to === null ? [] : placeDifference(' of the destination', planned.to, now.to)),
  ]
}

function placeDifference(whose: string, planned: Place, now: Place): string[] {
  return (['account', 'region', 'endpoint'] as const)
    .filter(name => planned[name] !== now[name])
    .map(
      name =>
        `the ${name}${whose} is ${planned[name] ?? 'that of AWS'} in the plan and ${now[name] ?? 'that of AWS'} here`,
    )
}

/** In what the queues, the count and what is done to messages differ from the plan, by the plan that would be made now. */
export function queueDifferences(planned: PlanContent, now: PlanContent): string[] {
  return [
    ...(planned.engine === now.engine ? [] : [`the engine was ${planned.engine} and is ${now.engine}`]),
    ...(planned.changeHash === now.changeHash
      ? []
      : ['what selects and changes messages has another meaning now (changeHash)']),
    ...settingDifferences(planned.source, now.source),
    ...routeDifferences(planned.routes, now.routes),
    ...countDifference(planned, now),
  ]
}

function countDifference({source, countRange: {least, most}}: PlanContent, now: PlanContent): string[] {
  const count = messagesIn(now)
  if (count >= least && count <= most) return []
  return [`${nameOf(source.arn)} holds about ${count} messages, and the plan is for ${least} to ${most}`]
}

/** All messages of the queue, by AWS's approximate counters: those that someone looks at meanwhile belong to it as well. */
export function messagesIn(
  counts: Pick<
    PlanContent,
    'approximateNumberOfMessages' | 'approximateNumberOfMessagesNotVisible' | 'approximateNumberOfMessagesDelayed'
  >,
): number {
  return (
    counts.approximateNumberOfMessages +
    counts.approximateNumberOfMessagesNotVisible +
    counts.approximateNumberOfMessagesDelayed
  )
}

function routeDifferences(planned: readonly PlannedRoute[], now: readonly PlannedRoute[]): string[] {
  const later = new Map(now.map(route => [route.from, route]))
  const gone = planned.flatMap(({from, to, settings}) => {
    const route = later.get(from)
    later.delete(from)
    if (route === undefined) return [`messages that came from ${from ?? 'anywhere'} went to ${to}, and now nowhere`]
    if (route.to !== to) return [`messages went to ${to}, and now to ${route.to}`]
    if (settings === null) return []
    return route.settings === null
      ? [`the settings of ${nameOf(to)} cannot be read any more`]
      : settingDifferences(settings, route.settings)
  })
  const added = [...later.values()].map(({from, to}) => `messages that came from ${from ?? 'anywhere'} now go to ${to}`)
  return [...gone, ...added]
}

function settingDifferences(planned: PlannedSettings, now: PlannedSettings): string[] {
  return (Object.keys(planned) as (keyof PlannedSettings)[]).flatMap(name => {
    const [before, after] = [shown(planned[name]), shown(now[name])]
    return before === after ? [] : [`${name} of ${nameOf(planned.arn)} was ${before} and is ${after}`]
  })
}

function shown(value: PlannedSettings[keyof PlannedSettings]): string {
  if (value === null) return 'none'
  if (typeof value !== 'object') return String(value)
  return `${value.deadLetterTargetArn} after ${value.maxReceiveCount} receives`
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/** The refusal of a plan that does not fit any more, with every difference and what to do instead (exit 7, `PlanStale`). */
export function stale(plan: PlanContent, differences: readonly string[], cause?: OpsError): OpsError {
  return refusal(`The plan does not fit any more: ${differences.join('; ')}`, {
    cause,
    suggestions: [
      ...(cause?.suggestions ?? []),
      `Look, and plan anew: msgops dlq redrive ${nameOf(plan.source.arn)} --plan FILE`,
    ],
  })
}

/** The refusal of a plan file that this version cannot rely on (exit 7, `PlanStale`). */
export function staleByFormat(file: string, why: string): OpsError {
  return refusal(`The plan ${file} is not carried out: ${why}`, {
    suggestions: ['Plan anew: msgops dlq redrive DLQ --plan FILE'],
  })
}

function refusal(message: string, more: {suggestions: readonly string[]; cause?: unknown}): OpsError {
  return new OpsError(`${message}. Nothing was received, and nothing was changed.`, {
    code: 'PlanStale',
    exitCode: ExitCode.refused,
    ...more,
  })
}
