import type {MovedMessage} from '../../filters/change/effect.js'
import type {KeyChange} from '../../filters/change/policy-diff.js'
import {prettyPolicy} from '../../filters/pretty-policy.js'
import {policyLintView} from '../../filters/result.js'
import type {Block, Cell, FieldsBlock, Tone, View} from '../../output/view.js'
import {table} from '../../output/view.js'
import {MARKS, stepLine} from './consent.js'
import type {FilterSetResult, ShownState} from './plan.js'
import type {FilterDetail} from './show-filter.js'

type Field = FieldsBlock['fields'][number]

const field = (label: string, value: Cell | readonly Cell[]): Field => ({label, value})

/** Alternatives of one key that are shown; the JSON has all of them. */
const SHOWN = 12

/** `filter show`: whose filter it is, the policy, what SNS counts and the findings. */
export const filterView: View<FilterDetail> = {
  blocks: detail => [
    {kind: 'fields', fields: whose(detail)},
    ...(detail.filterPolicy === null || detail.filterPolicyScope === null
      ? []
      : [
          policyBlock(detail.filterPolicy),
          ...policyLintView.blocks({
            valid: detail.counts !== null,
            scope: detail.filterPolicyScope,
            counts: detail.counts,
            findings: detail.findings,
          }),
        ]),
  ],
}

function whose({subscription, topic, protocol, endpoint, filterPolicy}: FilterDetail): Field[] {
  return [
    field('Topic', topic.name),
    field('Endpoint', `${protocol} ${endpoint}`),
    field('Subscription', subscription),
    ...(filterPolicy === null
      ? [field('Filter policy', {text: 'none: every message is delivered', tone: 'warn'})]
      : []),
  ]
}

function policyBlock(filterPolicy: string): Block {
  return {kind: 'text', title: 'Filter policy', text: prettyPolicy(filterPolicy)}
}

const STATES: Readonly<Record<FilterSetResult['state'], {text: string; tone: Tone}>> = {
  unchanged: {text: 'nothing to change: it is so already', tone: 'good'},
  planned: {text: 'dry run: nothing was changed', tone: 'warn'},
  set: {text: 'set, and read back', tone: 'good'},
}

/** `filter set`: what changes, key by key, the calls it takes, and what a sample would gain and lose. */
export const filterSetView: View<FilterSetResult> = {
  blocks: result => [
    {
      kind: 'fields',
      fields: [
        field('Topic', result.topic.name),
        field('Endpoint', `${result.protocol} ${result.endpoint}`),
        field('Result', STATES[result.state]),
        field('Before', stateText(result.before)),
        field('After', stateText(result.after)),
      ],
    },
    ...(result.changes.length === 0
      ? []
      : [{kind: 'fields' as const, title: 'Keys', fields: result.changes.map(changeField)}]),
    ...(result.steps.length < 2
      ? []
      : [{kind: 'fields' as const, title: 'Calls', fields: [field('in order', result.steps.map(stepLine))]}]),
    ...sampleBlocks(result),
  ],
}

function stateText({filterPolicy, filterPolicyScope}: ShownState): Cell {
  if (filterPolicy === null) return {text: 'no filter: every message', tone: 'warn'}
  return `a policy on ${filterPolicyScope === 'MessageBody' ? 'the body' : 'the attributes'}`
}

function changeField({path, change, added, removed}: KeyChange): Field {
  const lines = [
    ...removed.map(text => ({text: `- ${text}`, tone: 'bad'}) as const),
    ...added.map(text => ({text: `+ ${text}`, tone: 'good'}) as const),
  ]
  const more = lines.length - SHOWN
  return field(MARKS[change], [
    {text: change === 'same' ? `${path}: stays` : path, tone: change === 'same' ? 'dim' : 'strong'},
    ...lines.slice(0, SHOWN),
    ...(more > 0 ? [`and ${more} more`] : []),
  ])
}

function sampleBlocks({sample}: FilterSetResult): Block[] {
  if (sample === null) return []
  const {source, total, arriveBefore, arriveAfter, start, stop, starting, stopping} = sample
  return [
    {
      kind: 'fields',
      title: `Sample: ${total} messages of ${source}`,
      fields: [
        field('Arrive now', arriveBefore),
        field('Would arrive', arriveAfter),
        field('Stop', {text: stop, tone: stop > 0 ? 'bad' : 'good'}),
        field('Start', start),
      ],
    },
    ...movedBlock('Would stop arriving', stop, stopping),
    ...movedBlock('Would start arriving', start, starting),
  ]
}

function movedBlock(title: string, count: number, messages: readonly MovedMessage[]): Block[] {
  if (count === 0) return []
  const few = count > messages.length ? ` (the first ${messages.length} of ${count})` : ''
  return [
    table<MovedMessage>({
      title: `${title}${few}`,
      columns: [
        {header: 'message', value: ({id}) => id},
        {header: 'key', value: ({key}) => key ?? undefined},
        {header: 'because', value: ({because}) => because, flexible: true},
      ],
      rows: messages,
    }),
  ]
}
