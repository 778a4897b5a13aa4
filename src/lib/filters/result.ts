import type {Block, Cell, FieldsBlock, Tone, View} from '../output/view.js'
import type {CaseResult, SuiteResult} from './check.js'
import type {ErrorSource, TextLocation} from './errors.js'
import type {KeyRows} from './explanation-rows.js'
import {explanationRows} from './explanation-rows.js'
import type {FilterPolicyScope} from './filter-policy.js'
import {faultOf} from './fault.js'
import {junitXml} from './junit.js'
import type {Lint, LintFinding, LintSeverity} from './lint/finding.js'
import type {PatternLint} from './lint/pattern.js'
import type {PolicyLint} from './lint/policy.js'
import type {LiveTrial} from './live.js'
import type {MessageForm} from './message-input.js'
import {OUR_WORDS} from './our-words.js'
import type {Outcome} from './suite.js'
import type {ExplainedTrial} from './trial.js'

type Field = FieldsBlock['fields'][number]

const field = (label: string, value: Cell | readonly Cell[]): Field => ({label, value})

const SHOWN = {most: 12}

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
  body: 'the body alone',
  message: 'attributes and body',
  publishRequest: 'input of Publish',
  sendRequest: 'input of SendMessage',
  notification: 'SNS notification',
  lambdaRecord: 'Lambda record',
  sqsMessage: 'SQS message',
}

/** `filter test` and `pattern test`: the result, then each key with its alternatives. */
export const testView: View<TestResult> = {
  blocks: result => [
    {kind: 'fields', fields: resultFields(result)},
    ...(result.explanation == null ? [] : explanationRows(result.explanation, SHOWN).map(keyBlock)),
  ],
}

function resultFields({
  result,
  expected,
  error,
  errorSource,
  location,
  scope,
  messageForm,
  live,
  explanation,
}: TestResult): Field[] {
  return [
    field('Result', RESULTS[result]),
    ...(expected === undefined || expected === result ? [] : [field('Expected', RESULTS[expected].text)]),
    ...(error === undefined ? [] : [errorField(error, errorSource)]),
    ...placeFields(location),
    ...liveFields(live),
    ...(explanation?.reason === undefined ? [] : [field('Because', explanation.reason)]),
    ...(scope === undefined ? [] : [field('Scope', scope)]),
    ...(messageForm === undefined ? [] : [field('Message read as', FORMS[messageForm])]),
  ]
}

function errorField(error: string, source: ErrorSource | undefined): Field {
  return field('Error', [
    {text: error, tone: undefined, wrap: 'anywhere'},
    ...(source === 'msgops' ? [{text: OUR_WORDS, tone: 'dim'} as const] : []),
  ])
}

const JUDGE_LABELS = {aws: 'AWS says', sandbox: 'Sandbox says', endpoint: 'Endpoint says'} as const

/** AWS's own answer, and whether it is ours. */
function liveFields(live: LiveTrial | undefined): Field[] {
  if (live === undefined) return []
  const {by, endpoint, result, error, agrees} = live
  return [
    field(JUDGE_LABELS[by], [
      result === 'unknown' ? {text: 'not known', tone: 'warn'} : RESULTS[result],
      ...(agrees === false ? [{text: 'another answer than this one', tone: 'bad'} as const] : []),
      ...(error === undefined ? [] : [error]),
    ]),
    ...(endpoint === undefined ? [] : [field('Endpoint', endpoint)]),
  ]
}

function placeFields(location: TextLocation | undefined): Field[] {
  return location === undefined ? [] : [field('Place', `line ${location.line}, column ${location.column}`)]
}

/** A key of the explanation; a value or an alternative has no words to wrap between. */
function keyBlock({title, rows}: KeyRows): Block {
  return {
    kind: 'fields',
    title,
    fields: rows.map(({label, parts}) =>
      field(
        label,
        parts.map(({text, tone}) => ({text, tone, wrap: 'anywhere'}) as const),
      ),
    ),
  }
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
  blocks: lint => [...patternFacts(lint), findingsBlock(lint)],
  items: ({findings}) => findings,
}

/** Nothing of a refused pattern without a place: an empty block would leave empty lines. */
function patternFacts({counts, location}: PatternLint): Block[] {
  const fields = [
    ...(counts === null
      ? []
      : [
          field('Characters', `${counts.characters} of 2048`),
          field('Rules by $or', `${counts.combinations} of 1000`),
          field('Wildcard score', `${counts.complexity} of 10`),
        ]),
    ...placeFields(location),
  ]
  return fields.length === 0 ? [] : [{kind: 'fields', fields}]
}

function findingsBlock({findings}: Lint): Block {
  if (findings.length === 0) return {kind: 'fields', title: 'Findings', fields: [field('none', 'nothing to remark')]}
  return {kind: 'fields', title: 'Findings', fields: findings.map(findingField)}
}

function findingField({code, severity, path, message}: LintFinding): Field {
  return field(severity, [{text: path === null ? code : `${code}  ${path}`, tone: SEVERITY_TONES[severity]}, message])
}
