import type {Block, Cell, FieldsBlock, Tone, View} from '../output/view.js'
import type {CaseResult, SuiteResult} from './check.js'
import type {TextLocation} from './errors.js'
import type {AlternativeExplanation, KeyExplanation} from './explanation.js'
import type {FilterPolicyScope} from './filter-policy.js'
import {faultOf} from './fault.js'
import {junitXml} from './junit.js'
import type {Lint, LintFinding, LintSeverity} from './lint/finding.js'
import type {PatternLint} from './lint/pattern.js'
import type {PolicyLint} from './lint/policy.js'
import type {LiveTrial} from './live.js'
import type {MessageForm} from './message-input.js'
import type {Outcome} from './suite.js'
import type {ExplainedTrial} from './trial.js'

type Field = FieldsBlock['fields'][number]

const field = (label: string, value: Cell | readonly Cell[]): Field => ({label, value})

/** Alternatives of a key that are shown. */
const ALTERNATIVES_SHOWN = 12
/** Characters of a value that are shown. */
const LONGEST_VALUE = 300

/** What `filter test` and `pattern test` print. */
export interface TestResult extends Omit<ExplainedTrial, 'reason'> {
  readonly expected?: Outcome
  /** Of filter policies. */
  readonly scope?: FilterPolicyScope
  readonly messageForm?: MessageForm
  /** With --live: AWS's own answer. */
  readonly live?: LiveTrial
}

const RESULTS: Record<Outcome, {text: string; tone: Tone}> = {
  match: {text: 'match', tone: 'good'},
  'no-match': {text: 'no match', tone: 'warn'},
  invalid: {text: 'invalid', tone: 'bad'},
}

const FORMS: Record<MessageForm, string> = {
  body: 'the text is the body',
  message: 'attributes and body',
  publishRequest: 'input of Publish',
  notification: 'SNS notification',
  lambdaRecord: 'Lambda record',
  sqsMessage: 'SQS message',
}

/** `filter test` and `pattern test`: the result, then each key with its alternatives. */
export const testView: View<TestResult> = {
  blocks: result => [
    {kind: 'fields', fields: resultFields(result)},
    ...(result.explanation?.keys ?? []).flatMap(key => keyBlocks(key, '')),
  ],
}

function resultFields({result, expected, error, location, scope, messageForm, live, explanation}: TestResult): Field[] {
  return [
    field('Result', RESULTS[result]),
    ...(expected === undefined || expected === result ? [] : [field('Expected', RESULTS[expected].text)]),
    ...(error === undefined ? [] : [field('Error', error)]),
    ...placeFields(location),
    ...liveFields(live),
    ...(explanation?.reason === undefined ? [] : [field('Because', explanation.reason)]),
    ...(scope === undefined ? [] : [field('Scope', scope)]),
    ...(messageForm === undefined ? [] : [field('Message read as', FORMS[messageForm])]),
  ]
}

/** AWS's own answer, and whether it is ours. */
function liveFields(live: LiveTrial | undefined): Field[] {
  if (live === undefined) return []
  const {result, error, agrees} = live
  return [
    field('AWS says', [
      result === 'unknown' ? {text: 'not known', tone: 'warn'} : RESULTS[result],
      ...(agrees === false ? [{text: 'another answer than this one', tone: 'bad'} as const] : []),
      ...(error === undefined ? [] : [error]),
    ]),
  ]
}

function placeFields(location: TextLocation | undefined): Field[] {
  return location === undefined ? [] : [field('Place', `line ${location.line}, column ${location.column}`)]
}

/** A text of 1 MiB is a value like any other, and nobody reads it here. */
function shortened(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

const mark = (matched: boolean): string => (matched ? '✓' : '✗')

/** A key with its alternatives; the branches of a `$or` as keys of their own. */
function keyBlocks(key: KeyExplanation, before: string): Block[] {
  const {path, matched, values, alternatives, branches = []} = key
  const own: Block = {
    kind: 'fields',
    title: `${mark(matched)} ${before}${path}`,
    fields: [
      field('value', values.length === 0 ? {text: 'none', tone: 'dim'} : values.map(shortened)),
      ...shownOf(alternatives).map(alternativeField),
      ...(alternatives.length > ALTERNATIVES_SHOWN
        ? [
            field('', {
              text: `and ${alternatives.length - ALTERNATIVES_SHOWN} more; --json has all`,
              tone: 'dim' as const,
            }),
          ]
        : []),
    ],
  }
  const nested = branches.flatMap((branch, index) =>
    branch.keys.flatMap(one => keyBlocks(one, `${before}${path} ${index + 1}: `)),
  )
  return branches.length === 0 ? [own] : [branchesBlock(key, before), ...nested]
}

/** All of them, or of a long list those that matched and those that nearly did before the others. */
function shownOf(alternatives: readonly AlternativeExplanation[]): readonly AlternativeExplanation[] {
  if (alternatives.length <= ALTERNATIVES_SHOWN) return alternatives
  const rank = ({matched, nearMiss}: AlternativeExplanation): number => (matched ? 0 : nearMiss === undefined ? 2 : 1)
  return alternatives.toSorted((a, b) => rank(a) - rank(b)).slice(0, ALTERNATIVES_SHOWN)
}

function branchesBlock({path, matched, branches = []}: KeyExplanation, before: string): Block {
  return {
    kind: 'fields',
    title: `${mark(matched)} ${before}${path}`,
    fields: branches.map((branch, index) =>
      field(mark(branch.matched), {
        text: `${index + 1}: ${branch.keys.map(({path: name}) => name).join(' and ')}`,
        tone: branch.matched ? 'good' : 'warn',
      }),
    ),
  }
}

function alternativeField({text, matched, reason, nearMiss}: AlternativeExplanation): Field {
  return field(mark(matched), [
    {text, tone: matched ? 'good' : 'warn'},
    ...(reason === undefined ? [] : [{text: reason, tone: 'dim'} as const]),
    ...(nearMiss === undefined ? [] : [`near miss: ${nearMiss.text}`]),
  ])
}

/** `filter check` and `pattern check`: the counts and what did not come out as expected; `name` is that of the suite. */
export function suiteView(name: string): View<SuiteResult> {
  return {
    blocks: ({total, passed, failed, doubtful, results}) => [
      {
        kind: 'fields',
        fields: [
          field('Cases', total),
          field('Passed', {text: passed, tone: 'good'}),
          field('Failed', failed === 0 ? failed : {text: failed, tone: 'bad'}),
          ...(doubtful === 0 ? [] : [field('In doubt', {text: doubtful, tone: 'warn'})]),
        ],
      },
      ...failuresBlock(results.filter(({passed: asExpected}) => !asExpected)),
    ],
    items: ({results}) => results,
    junit: result => junitXml(name, result),
  }
}

function failuresBlock(failures: readonly CaseResult[]): Block[] {
  if (failures.length === 0) return []
  const fields = failures.map(result => {
    const doubt = result.doubt === true
    const {what, details} = faultOf(result)
    return field(doubt ? 'in doubt' : 'failed', [
      {text: result.id, tone: doubt ? 'warn' : 'bad'},
      what,
      ...details.map(text => ({text, tone: 'dim'}) as const),
    ])
  })
  return [{kind: 'fields', title: 'Not as expected', fields}]
}

const SEVERITY_TONES: Record<LintSeverity, Tone> = {bad: 'bad', warn: 'warn', info: 'dim'}

/** `filter lint`: what SNS counts, then the findings. */
export const policyLintView: View<PolicyLint> = {
  blocks: lint => [
    {
      kind: 'fields',
      fields: [
        field('Scope', lint.scope),
        ...(lint.counts === null
          ? []
          : [
              field('Keys', `${lint.counts.leafKeys} (${lint.counts.topLevelKeys} at the top), of 5`),
              field('Combinations', `${lint.counts.combinations} of 150`),
              field('Wildcard points', `${lint.counts.wildcardPoints} of 100`),
            ]),
        ...placeFields(lint.location),
      ],
    },
    findingsBlock(lint),
  ],
  items: ({findings}) => findings,
}

/** `pattern lint`: what EventBridge counts, then the findings. */
export const patternLintView: View<PatternLint> = {
  blocks: lint => [
    {
      kind: 'fields',
      fields: [
        ...(lint.counts === null
          ? []
          : [
              field('Characters', `${lint.counts.characters} of 2048`),
              field('Rules by $or', `${lint.counts.combinations} of 1000`),
              field('Wildcard score', `${lint.counts.complexity} of 10`),
            ]),
        ...placeFields(lint.location),
      ],
    },
    findingsBlock(lint),
  ],
  items: ({findings}) => findings,
}

function findingsBlock({findings}: Lint): Block {
  if (findings.length === 0) return {kind: 'fields', title: 'Findings', fields: [field('none', 'nothing to remark')]}
  return {kind: 'fields', title: 'Findings', fields: findings.map(findingField)}
}

function findingField({code, severity, path, message}: LintFinding): Field {
  return field(severity, [{text: path === null ? code : `${code}  ${path}`, tone: SEVERITY_TONES[severity]}, message])
}
