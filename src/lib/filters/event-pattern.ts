import {InvalidEventError, InvalidPatternError, PatternRefusal} from './errors.js'
import {explainEntries} from './explaining/explain.js'
import {Leaves} from './explaining/leaf.js'
import {jsonPlace} from './explaining/place.js'
import {JSON_SUBJECT} from './explaining/subject.js'
import type {Explanation} from './explanation.js'
import {Evaluation} from './matching/evaluation.js'
import {compileProgram} from './matching/program.js'
import type {Program} from './matching/program.js'
import {TextScan} from './matching/scan-text.js'
import type {JsonObject, JsonValue} from './matching/scan-value.js'
import type {FieldEntry, PatternEntry} from './pattern/alternative.js'
import {branchesOf, countBranches} from './pattern/branches.js'
import {parsePattern} from './pattern/parse-pattern.js'
import {mayExceed, wildcardComplexity} from './pattern/wildcard-complexity.js'

export {assertEvent} from './event-validity.js'
export type {JsonObject, JsonValue} from './matching/scan-value.js'

const PREFIX = 'Event pattern is not valid. Reason: '
const BRANCHES_LIMIT = 1000
const COMPLEXITY_LIMIT = 10
const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character'

/** An EventBridge event pattern, compiled: decides one event after another. Throws UndecidedError for one made too hard to decide. */
export interface EventPattern {
  /** Whether the event matches, from its text. Throws InvalidEventError when that is not a JSON object. */
  matches(eventText: string): boolean
  /** The same for a parsed event; a number that lost digits in parsing is compared as it is. */
  matchesValue(event: JsonValue): boolean
  /** The decision with its reasons. Throws InvalidEventError when the text is not a JSON object. */
  explain(eventText: string): Explanation
  /** How many conjunctions the `$or`s make; AWS accepts 1,000. */
  readonly combinations: number
  /** How many wildcards a value can be inside of at once; AWS accepts 10 and is known to refuse 11. */
  readonly complexity: number
  /** Dotted paths of the fields that it asks for. */
  readonly fields: readonly string[]
}

/** Compiles an event pattern with EventBridge's checks. Throws InvalidPatternError with EventBridge's message. */
export function compileEventPattern(patternText: string): EventPattern {
  try {
    const entries = parsePattern(patternText)
    const combinations = countBranches(entries)
    if (combinations > BRANCHES_LIMIT) {
      const reason = `Too many $or combinations: ${combinations}, at most ${BRANCHES_LIMIT} are allowed`
      throw new PatternRefusal(reason, undefined, 'msgops')
    }
    const branches = branchesOf(entries)
    if (mayExceed(branches, COMPLEXITY_LIMIT) && complexityOf(branches) > COMPLEXITY_LIMIT) {
      throw new PatternRefusal(TOO_COMPLEX)
    }
    return new CompiledEventPattern(entries, branches, combinations)
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error
    const [reason = ''] = error.reason.split('\n')
    throw new InvalidPatternError(PREFIX + reason, reason, error.location, error.source)
  }
}

class CompiledEventPattern implements EventPattern {
  private readonly program: Program
  private readonly evaluation: Evaluation

  constructor(
    private readonly entries: readonly PatternEntry[],
    private readonly branches: readonly (readonly FieldEntry[])[],
    readonly combinations: number,
  ) {
    this.program = compileProgram(branches)
    this.evaluation = new Evaluation(this.program)
  }

  get fields(): readonly string[] {
    return [...new Set(this.branches.flatMap(branch => branch.map(({path}) => path)))]
  }

  get complexity(): number {
    return complexityOf(this.branches)
  }

  matches(eventText: string): boolean {
    const matched = this.evaluation.text(eventText)
    if (matched === undefined) throw notAnObject()
    return matched
  }

  matchesValue(event: JsonValue): boolean {
    if (typeof event !== 'object' || event === null || Array.isArray(event)) throw notAnObject()
    return this.evaluation.value(event as JsonObject)
  }

  explain(eventText: string): Explanation {
    const matched = this.matches(eventText)
    const leaves = new Leaves()
    new TextScan(this.program.root, leaves).object(eventText)
    const surroundings = {here: jsonPlace(eventText)}
    return explainEntries(this.entries, {leaves, subject: JSON_SUBJECT, service: 'EventBridge', surroundings}, matched)
  }
}

/** AWS is known to refuse one more than the limit; beyond that nothing is counted. */
function complexityOf(branches: readonly (readonly FieldEntry[])[]): number {
  return wildcardComplexity(branches, COMPLEXITY_LIMIT + 1)
}

function notAnObject(): InvalidEventError {
  return new InvalidEventError('Parameter Event is not valid.')
}
