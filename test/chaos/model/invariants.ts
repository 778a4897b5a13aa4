import {OpsError} from '../../../src/lib/ops-error.js'
import type {RedriveEvent, RedriveSummary} from '../../../src/lib/redrive/events.js'
import type {Job} from './job.js'
import type {Session} from './play.js'
import {QUEUE_ARNS, type SourceMessage, type World} from './world.js'

/** How an error reads that no promise of the engine explains. */
const BUG =
  /is not a function|is not iterable|undefined|Cannot read|not every message was decided|a sent message without/

/** After a session that came to an end by itself: what it says is what happened, and nothing is left in flight. */
export function checkSession(job: Job, {ending, process}: Session): void {
  const {world} = job
  if (ending.how === 'died') return
  const {events} = ending
  if (ending.how === 'failed' && !(ending.error instanceof OpsError)) {
    world.violate('P10', `broke: ${ending.error instanceof Error ? (ending.error.stack ?? '') : String(ending.error)}`)
  }
  const unreleased = new Set(
    events.flatMap(event => (event.event === 'failed' && event.stage === 'release' ? [event.messageId] : [])),
  )
  for (const {id, key, owner, unsure, visibleMs} of world.here()) {
    if (owner === process && !unsure && visibleMs > world.nowMs && !unreleased.has(id)) {
      world.violate('P10', `${key} in flight after the end`)
    }
  }
  const done = events.at(-1)
  if (ending.how !== 'ended') return
  if (done?.event === 'done') checkSummary(job, done, events)
  else world.violate('P10', 'ended without a summary')
}

function checkSummary(job: Job, summary: RedriveSummary, events: readonly RedriveEvent[]): void {
  const {world} = job
  const {schedule} = world
  job.summary = summary
  const idsOf = (kind: 'moved' | 'skipped' | 'discarded'): string[] =>
    events.flatMap(event => (event.event === kind ? [event.messageId] : []))
  const failed = events.flatMap(event =>
    event.event === 'failed' && event.stage !== 'release' ? [event.messageId] : [],
  )
  const named = {moved: idsOf('moved'), skipped: idsOf('skipped'), discarded: idsOf('discarded'), failed}
  const seen = new Set<string>()
  for (const [kind, ids] of Object.entries(named) as [keyof typeof named, string[]][]) {
    if (summary[kind] !== ids.length) world.violate('SUM', `${kind} is ${summary[kind]}, and ${ids.length} were named`)
    for (const id of ids) {
      if (seen.has(id)) world.violate('SUM', `${world.message(id)?.key ?? id} counted twice, as ${kind} too`)
      seen.add(id)
    }
  }
  const unsettled = summary.possibleDuplicates.filter(({resent}) => !resent)
  const sum = summary.moved + summary.discarded + summary.failed + summary.left + unsettled.length
  if (summary.selected !== sum) world.violate('SUM', `selected is ${summary.selected}, its parts are ${sum}`)
  if (BUG.test(summary.reason ?? '')) world.violate('P10', `broke: ${summary.reason ?? ''}`)
  for (const id of named.moved) {
    const key = world.message(id)?.key ?? ''
    if (world.copiesOf(key) === 0) world.violate('P1', `${key} said to be moved, and there is no copy`)
  }
  const canary = events.find(event => event.event === 'canary')
  if (canary?.event === 'canary' && !canary.passed && summary.moved > 3)
    world.violate('P2', 'moved more than the canary')
  checkCompletion(job, summary, unsettled.length)
  if (schedule.keep && summary.mode !== 'keep') world.violate('SUM', 'not said to be kept')
}

/** `completed` is a claim: whatever is in the source still was named. */
function checkCompletion({world}: Job, {state, failed, skipped, left}: RedriveSummary, unsettled: number): void {
  const {schedule} = world
  if (state !== 'completed' || schedule.keep || schedule.max !== undefined || schedule.jobs > 1 || schedule.follow)
    return
  const staying = world.here().filter(message => !world.isLate(message)).length
  if (staying > failed + skipped + left + unsettled) {
    world.violate('P2', `completed with ${staying} in the source, and ${failed + skipped + left + unsettled} named`)
  }
}

/** At the very end, when everything that could go wrong has. */
export function checkEnd(world: World, jobs: readonly Job[]): void {
  const {schedule} = world
  const reported = new Set(
    jobs.flatMap(({summary}) => summary?.possibleDuplicates.map(({messageId}) => messageId) ?? []),
  )
  for (const key of new Set(world.source.map(message => message.key))) {
    const messages = world.withKey(key)
    const copies = world.copiesOf(key)
    const original = messages[0]
    if (original === undefined) continue
    if (original.state === 'deleted' && copies === 0 && !world.backedUp.has(key)) world.violate('P1', `${key} lost`)
    if (world.redelivered.has(key)) continue
    const events = world.unknownEvents.get(key) ?? 0
    const allowed = sendableInAll(world, key, jobs) + events
    if (copies > allowed) world.violate('P5', `${key} has ${copies} copies, with ${events} unknown sends`)
    const gone = messages.filter(({state, confirmed}) => state !== 'here' || confirmed).length
    const excess = copies - (schedule.keep ? world.sendable(key) : gone)
    const isReported = messages.some(({id}) => reported.has(id))
    if (excess > 0 && !isReported) world.violate('P6', `${key} may be twice, and nobody said so`)
  }
  if (schedule.max !== undefined && jobs.length === 1) checkMaximum(world, schedule.max, jobs)
  if (schedule.fifo) checkOrder(world)
}

/** A job knows nothing of what another one has sent and could not delete. */
function sendableInAll(world: World, key: string, jobs: readonly Job[]): number {
  return world.sendable(key) * jobs.length
}

function checkMaximum(world: World, max: number, jobs: readonly Job[]): void {
  const sent = world.source.filter(
    message =>
      world.withKey(message.key)[0] === message &&
      world.copiesOf(message.key) > 0 &&
      !world.unknownEvents.has(message.key) &&
      !jobs.some(({file}) => file.isDoubtful(message.id)),
  )
  const keys = new Set(sent.map(({key}) => key))
  if (keys.size > max) world.violate('P2', `${keys.size} moved, and --max is ${max}`)
}

/** The first copies of a group come in its order, and none overtakes one that stays. */
function checkOrder(world: World): void {
  const firstAt = new Map<string, number>()
  world.copies.forEach(({key, damaged}, index) => {
    if (key !== undefined && !damaged && !firstAt.has(key)) firstAt.set(key, index)
  })
  const lastOfGroup = new Map<string | undefined, {at: number; key: string}>()
  const waiting = new Map<string | undefined, string>()
  for (const message of world.source) {
    // With the content of one that was moved it is taken for that one, come back.
    if (world.isLate(message) && (!world.schedule.follow || world.schedule.twins)) continue
    const {key, group, state} = message
    // What came back is not what came first.
    if (world.withKey(key)[0] !== message) continue
    const at = firstAt.get(key)
    const before = lastOfGroup.get(group)
    if (at === undefined) {
      const fate = world.fate(message)
      if (state === 'here' && fate !== 'skip' && fate !== 'discard') waiting.set(group, key)
      continue
    }
    if (waiting.has(group)) world.violate('P7', `${key} overtook ${waiting.get(group) ?? ''}, which stays`)
    if (before !== undefined && at < before.at) world.violate('P7', `${key} overtook ${before.key}`)
    if (before === undefined || at > before.at) lastOfGroup.set(group, {at, key})
  }
}

/** After a sound session with time enough: only what has a reason is in the source still. */
export function checkNothingForgotten(world: World, job: Job): void {
  const {schedule} = world
  if (job.summary?.state !== 'completed' || schedule.keep || schedule.max !== undefined || schedule.jobs > 1) return
  const blocked = new Set<string | undefined>()
  for (const message of world.source) {
    if (message.state !== 'here' || (world.isLate(message) && !schedule.follow)) continue
    const {id, key, group} = message
    if (mayStay(world, job, message)) {
      blocked.add(group)
      continue
    }
    if (schedule.fifo && blocked.has(group)) continue
    if (job.file.isDurable(id, 'S')) world.violate('P2', `${key} sent, and still in the source`)
    else world.violate('P2', `${key} could be moved, and was not`)
  }
}

function mayStay(world: World, job: Job, message: SourceMessage): boolean {
  const {schedule} = world
  const {id, from, key} = message
  const fate = world.fate(message)
  if (fate === 'skip' || fate === 'refuse') return true
  if (schedule.routes && !QUEUE_ARNS.some(arn => arn === from)) return true
  // Of its content, a message like it was sent before.
  if (schedule.follow && (schedule.twins || world.withKey(key).length > 1)) return true
  return world.tape.written.length > 0 && job.file.isUnproven(id, schedule.onUnknown)
}
