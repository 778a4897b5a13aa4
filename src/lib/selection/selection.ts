import {createHash} from 'node:crypto'
import type {MessageView} from '../messages/message-view.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {hasAttribute, parseAttributeTest} from './attribute.js'
import {compileExpression} from './expression/expression.js'
import {isFalse} from './expression/json.js'
import {ExpressionError} from './expression/steps.js'
import {compilePattern} from './pattern.js'
import {compileRegex} from './regex.js'
import {instantOf} from './sent-time.js'
import type {Verdict} from './verdict.js'

export type {Verdict} from './verdict.js'

/** The flags that select messages; all that are given must hold. */
export interface SelectionFlags {
  /** JMESPath over the message view, with `body` parsed where it is JSON; what is not false selects. */
  readonly where?: string
  /** EventBridge event pattern (JSON) over the same view. */
  readonly pattern?: string
  /** Regular expression (RE2) that matches somewhere in the body's text. */
  readonly match?: string
  /** `name=value` or `name`, of message attributes. */
  readonly attribute?: readonly string[]
  /** Sent before an instant (ISO 8601) or longer ago than so many seconds (or `15m`, `2h`, `7d`). */
  readonly olderThan?: string
  /** Sent at that instant or later. */
  readonly newerThan?: string
  /** Message ids, of which the message has one. */
  readonly id?: readonly string[]
}

export interface Selection {
  /** In words, for prompts: `every message`, or what must hold. */
  readonly text: string
  /** SHA-256 (hex) of what is selected, the same for flags that mean the same; journals and plans are bound to it. */
  readonly hash: string
  /** The same selection as flags that no longer depend on the clock: what a plan or journal keeps, to compile it again. */
  readonly flags: SelectionFlags
  /** Whether nothing is asked, so that every message matches. */
  readonly everything: boolean
  /** Pure: the same message always has the same verdict. */
  readonly matches: (view: MessageView) => Verdict
}

/** One thing that must hold of a message. */
interface Criterion {
  readonly text: string
  readonly test: (view: MessageView) => Verdict
}

/** Each rises when the same flags come to mean something else: by --where and --pattern a JSON string or number was its text once. */
const SCHEMES = {ofText: 'msgops-selection-1', ofParsedBody: 'msgops-selection-2'}

/**
 * Compiles the selection flags, before a message is received; throws OpsError SelectionInvalid (exit 2) for an expression, time, attribute
 * or id that is none. Cheap criteria are asked first, and what one of them rules out is no match whatever the others would make of it.
 */
export async function compileSelection(given: SelectionFlags, {now}: {readonly now: Date}): Promise<Selection> {
  const flags = canonical(given, now.getTime())
  const criteria = [
    ...idCriteria(flags),
    ...timeCriteria(flags),
    ...attributeCriteria(flags),
    ...(await bodyCriteria(flags)),
  ]
  return {
    text: criteria.length === 0 ? 'every message' : `messages ${criteria.map(({text}) => text).join(', and ')}`,
    hash: createHash('sha256')
      .update(JSON.stringify([schemeOf(flags), flags]))
      .digest('hex'),
    flags,
    everything: criteria.length === 0,
    matches: view => {
      for (const {test} of criteria) {
        const verdict = test(view)
        if (verdict !== 'match') return verdict
      }
      return 'match'
    },
  }
}

function schemeOf({pattern, where}: SelectionFlags): string {
  return pattern === undefined && where === undefined ? SCHEMES.ofText : SCHEMES.ofParsedBody
}

/** Every flag in its one form and place; what is not given is left out. */
function canonical(
  {where, pattern, match, attribute, olderThan, newerThan, id}: SelectionFlags,
  nowMs: number,
): SelectionFlags {
  const instant = (flag: string, text: string): string => new Date(instantOf(text, {flag, nowMs})).toISOString()
  const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort()
  return {
    ...(id === undefined ? {} : {id: unique(id)}),
    ...(olderThan === undefined ? {} : {olderThan: instant('--older-than', olderThan)}),
    ...(newerThan === undefined ? {} : {newerThan: instant('--newer-than', newerThan)}),
    ...(attribute === undefined || attribute.length === 0 ? {} : {attribute: unique(attribute)}),
    ...(match === undefined ? {} : {match}),
    ...(pattern === undefined ? {} : {pattern: pattern.trim()}),
    ...(where === undefined ? {} : {where: where.trim()}),
  }
}

function idCriteria({id}: SelectionFlags): Criterion[] {
  if (id === undefined) return []
  const odd = id.find(one => !/^[\w-]{1,100}$/.test(one))
  if (odd !== undefined) throw invalid(`--id takes message ids, and ${JSON.stringify(odd)} is none`)
  if (id.length === 0) throw invalid('--id is given without a message id')
  const ids = new Set(id)
  const more = id.length > 3 ? ` and ${id.length - 3} more` : ''
  const text =
    id.length === 1 ? `with the id ${id[0]}` : `with one of ${id.length} ids (${id.slice(0, 3).join(', ')}${more})`
  return [{text, test: view => verdictOf(ids.has(view.messageId))}]
}

function timeCriteria({olderThan, newerThan}: SelectionFlags): Criterion[] {
  const criterion = (text: string, holds: (sentMs: number) => boolean): Criterion => ({
    text,
    test: ({attributes}) => {
      const sent = Object.hasOwn(attributes, 'SentTimestamp') ? attributes.SentTimestamp : undefined
      if (sent === undefined || !/^\d{1,15}$/.test(sent)) return {error: 'the time it was sent is not known'}
      return verdictOf(holds(Number(sent)))
    },
  })
  const [before, from] = [olderThan, newerThan].map(instant =>
    instant === undefined ? undefined : Date.parse(instant),
  )
  if (before !== undefined && from !== undefined && from >= before) {
    throw invalid(`No message is older than ${olderThan} and newer than ${newerThan}`)
  }
  return [
    ...(before === undefined ? [] : [criterion(`sent before ${olderThan}`, sentMs => sentMs < before)]),
    ...(from === undefined ? [] : [criterion(`sent at ${newerThan} or later`, sentMs => sentMs >= from)]),
  ]
}

function attributeCriteria({attribute = []}: SelectionFlags): Criterion[] {
  return attribute.map(parseAttributeTest).map(test => ({
    text:
      test.value === undefined ? `with the attribute ${test.name}` : `with the attribute ${test.name}=${test.value}`,
    test: view => verdictOf(hasAttribute(view, test)),
  }))
}

async function bodyCriteria({match, pattern, where}: SelectionFlags): Promise<Criterion[]> {
  const criteria: Criterion[] = []
  // Left empty by a variable that was not set, it would match every message.
  if (match === '') throw invalid('--match is given without a regular expression')
  if (match !== undefined) {
    const test = await compileRegex(match, '--match')
    criteria.push({
      text: `whose body matches ${match}`,
      test: ({body}) => {
        const found = test(body)
        return typeof found === 'boolean' ? verdictOf(found) : {error: `--match: ${found.error}`}
      },
    })
  }
  if (pattern !== undefined) {
    const test = await compilePattern(pattern, '--pattern')
    // JSON has no line break within a string.
    criteria.push({text: `that match the event pattern ${pattern.replace(/\s*\n\s*/g, ' ')}`, test})
  }
  if (where !== undefined) {
    const {evaluate} = await compileExpression(where, {
      flag: '--where',
      code: 'SelectionInvalid',
      scalarBody: 'value',
    })
    criteria.push({
      text: `where ${where}`,
      test: view => orReason('--where', () => verdictOf(!isFalse(evaluate(view).result))),
    })
  }
  return criteria
}

function orReason(flag: string, decide: () => Verdict): Verdict {
  try {
    return decide()
  } catch (error) {
    if (error instanceof ExpressionError) return {error: `${flag}: ${error.message}`}
    throw error
  }
}

function verdictOf(holds: boolean): Verdict {
  return holds ? 'match' : 'no-match'
}

function invalid(message: string): OpsError {
  return new OpsError(message, {code: 'SelectionInvalid', exitCode: ExitCode.usage})
}
