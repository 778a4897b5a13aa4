import type {StreamView} from '../output/record-stream.js'
import type {Block, Cell, Column, Tone, View} from '../output/view.js'
import {table} from '../output/view.js'
import type {CancelResult} from './cancel-job.js'
import type {Copy, MergedDoubt} from './copies.js'
import type {Doubt} from './doubt.js'
import type {JournalLine} from './export-job.js'
import {nameOf} from './find-task.js'
import type {Job, JobState} from './job.js'
import type {JobList} from './list-jobs.js'
import type {MergedJobs} from './merge.js'
import {requestLines} from './request-lines.js'
import {lastSessionText, totalsText} from './session-text.js'
import type {ClientDetail, JobDetail, NativeDetail} from './show-job.js'
import type {VerifiedJournal, VerifiedJournals} from './verify-journals.js'

const TONES: Partial<Record<JobState, Tone>> = {
  running: 'strong',
  cancelling: 'warn',
  interrupted: 'warn',
  completed: 'good',
  failed: 'bad',
  damaged: 'bad',
  unknown: 'warn',
}

/** `job list`: one row a job, the newest first. */
export const jobListView: View<JobList> = {
  blocks: ({jobs}) => [table<Job>({columns: LIST_COLUMNS, rows: jobs, empty: 'There are no jobs.'})],
  items: ({jobs}) => jobs,
}

const LIST_COLUMNS: Column<Job>[] = [
  {header: 'job', value: job => (job.kind === 'native' ? {text: 'move task', tone: 'dim'} : (job.job ?? undefined))},
  {header: 'state', value: stateCell},
  {header: 'done', value: doneCell, align: 'right'},
  {header: 'source', value: ({source}) => (source === null ? undefined : nameOf(source)), flexible: true},
  {header: 'destination', value: destinationCell, flexible: true},
  {header: 'started', value: ({startedAt}) => ({time: startedAt ?? undefined})},
]

function stateCell({state}: Job): Cell {
  return {text: state, tone: TONES[state] ?? 'dim'}
}

function doneCell({moved, discarded, selected}: Job): Cell {
  if (moved === null) return undefined
  const done = moved + (discarded ?? 0)
  return selected === null ? done : `${done}/${selected}`
}

function destinationCell({destination, destinations, source}: Job): Cell {
  if (destination !== null) return nameOf(destination)
  if (destinations.length > 0) return destinations.map(nameOf).join(', ')
  return source === null ? undefined : {text: 'their sources', tone: 'dim'}
}

/** `job show JOB`: all that is known of one job. */
export const jobView: View<JobDetail> = {
  blocks: detail => (detail.kind === 'client' ? clientBlocks(detail) : nativeBlocks(detail)),
}

function commonFields(job: Job) {
  return [
    {label: 'Job', value: {text: jobText(job.job), tone: 'strong' as const}},
    {label: 'State', value: stateCell(job)},
    ...(job.problem === null ? [] : [{label: 'Because', value: job.problem.message}]),
    {label: 'Account', value: job.account ?? undefined},
    {label: 'Region', value: job.region ?? undefined},
    {label: 'From', value: job.source ?? undefined},
    {label: 'To', value: job.destinations.length > 0 ? job.destinations : 'the queue each message came from'},
    {label: 'Started', value: {time: job.startedAt ?? undefined}},
  ]
}

function clientBlocks(detail: ClientDetail): Block[] {
  const {run, holder, messages, counts, verdict, problems, possibleDuplicates} = detail
  return [
    {
      kind: 'fields',
      fields: [
        ...commonFields(detail),
        {label: 'Ended', value: {time: detail.endedAt ?? undefined}},
        {label: 'Last session', value: lastSessionText(detail)},
        {label: 'Journal', value: detail.path ?? undefined},
        {label: 'Journal reads', value: {text: verdict, tone: verdict === 'damaged' ? 'bad' : 'good'}},
        ...(holder === null
          ? []
          : [{label: 'Process', value: `${holder.pid} on ${holder.host} (${holder.liveness}), since ${holder.since}`}]),
        ...(run === null
          ? []
          : [
              {label: 'Mode', value: `${run.mode}${run.fifo ? ', FIFO' : ''}`},
              {label: 'Asked', value: run.request === null ? undefined : requestLines(run.request)},
              {label: 'msgops', value: run.version},
            ]),
        {label: 'Copies verified', value: counts?.sent},
        ...discardedFields(detail),
        {label: 'Deleted', value: messages.deleted},
        {label: 'Rejected', value: messages.rejected},
        {label: 'Under way', value: detail.underWay},
        {label: 'Possible duplicates', value: possibleDuplicates.length},
      ],
    },
    ...(possibleDuplicates.length === 0 ? [] : [doubtsBlock(possibleDuplicates)]),
    ...(problems.length === 0 ? [] : [problemsBlock(problems)]),
  ]
}

function discardedFields({discarded}: Job) {
  return discarded === null || discarded === 0 ? [] : [{label: 'Discarded', value: discarded}]
}

/** Longer than any job id; the whole handle of a move task is in the document. */
const HANDLE_SHOWN = 24

function jobText(job: string | null): string {
  if (job === null) return 'move task that has ended'
  return job.length > 2 * HANDLE_SHOWN ? `${job.slice(0, HANDLE_SHOWN)}… (handle of ${job.length} characters)` : job
}

function nativeBlocks(detail: NativeDetail): Block[] {
  const {moved, selected, maxNumberOfMessagesPerSecond: rate} = detail
  return [
    {
      kind: 'fields',
      fields: [
        ...commonFields(detail),
        {label: 'Approx moved', value: `${moved ?? 0}${selected === null ? '' : ` of ${selected}`}`},
        {label: 'Messages per second', value: rate ?? 'as AWS sees fit'},
        {label: 'Not known', value: detail.notKnown},
      ],
    },
  ]
}

function doubtsBlock(rows: readonly Doubt[]) {
  return table<Doubt>({
    title: 'Possible duplicates',
    columns: [
      {header: 'message id', value: row => row.messageId},
      {header: 'reason', value: row => row.reason},
      {header: 'copy', value: row => row.newMessageId ?? undefined},
    ],
    rows,
  })
}

function problemsBlock(rows: VerifiedJournal['problems']) {
  return table<VerifiedJournal['problems'][number]>({
    title: 'Problems',
    columns: [
      {header: 'line', value: row => row.line, align: 'right'},
      {header: 'byte', value: row => row.offset, align: 'right'},
      {header: 'problem', value: row => row.message, flexible: true},
    ],
    rows,
  })
}

/** `job show JOB JOB...`: what redrives of one source come to that ran on several hosts. */
export const mergedView: View<MergedJobs> = {
  blocks: merged => [
    {
      kind: 'fields',
      fields: [
        {label: 'From', value: merged.source},
        {label: 'Account', value: merged.account},
        {label: 'Region', value: merged.region},
        {label: 'Messages tried', value: merged.totals.messages},
        {label: 'Moved', value: merged.totals.moved},
        {label: 'Uncertain', value: merged.totals.uncertain},
        {label: 'Discarded', value: merged.totals.discarded},
        {label: 'Not sent', value: merged.totals.notSent},
        {label: 'Possible duplicates', value: merged.possibleDuplicates.length},
      ],
    },
    table<Job>({
      title: 'Jobs',
      columns: [
        {header: 'job', value: job => job.job ?? undefined},
        {header: 'state', value: stateCell},
        {header: 'copies', value: job => job.moved ?? undefined, align: 'right'},
        {header: 'journal', value: job => job.path ?? undefined, flexible: true},
      ],
      rows: merged.jobs,
    }),
    ...mergedDoubtBlocks(merged.possibleDuplicates),
  ],
}

// Fields are wrapped where a column would be cut, and the second copy is what matters.
function mergedDoubtBlocks(doubts: readonly MergedDoubt[]): Block[] {
  return (['definite', 'possible'] as const).flatMap(certainty => {
    const fields = doubts
      .filter(doubt => doubt.certainty === certainty)
      .map(({messageId, copies}) => ({label: messageId, value: copies.map(copyText)}))
    return fields.length === 0 ? [] : [{kind: 'fields' as const, title: TITLES[certainty], fields}]
  })
}

const TITLES = {definite: 'Duplicates', possible: 'Possible duplicates'}

function copyText({job, state, newMessageId}: Copy): string {
  return `${job} ${state}${newMessageId === null ? '' : ` ${newMessageId}`}`
}

/** `job cancel`: the job as it is afterwards. */
export const cancelView: View<CancelResult> = {
  blocks: result => [
    {
      kind: 'fields',
      fields: [
        {label: 'Job', value: result.job === null ? 'move task' : jobText(result.job)},
        {label: 'State', value: stateCell(result)},
        {label: 'Before', value: result.before},
        {label: 'From', value: result.source === null ? undefined : nameOf(result.source)},
        {label: 'To', value: destinationCell(result)},
        {label: result.kind === 'native' ? 'Approx moved' : 'Done', value: doneCell(result)},
        ...discardedFields(result),
        {label: 'Possible duplicates', value: result.possibleDuplicates.length},
      ],
    },
    ...(result.possibleDuplicates.length === 0 ? [] : [doubtsBlock(result.possibleDuplicates)]),
  ],
}

/** `job verify`: one row a journal, and where it does not read. */
export const verifyView: View<VerifiedJournals> = {
  blocks: ({journals}) => [
    table<VerifiedJournal>({
      columns: [
        {header: 'job', value: row => row.job ?? undefined},
        {
          header: 'verdict',
          value: row => ({text: row.verdict, tone: VERDICT_TONES[row.verdict]}),
        },
        {header: 'lines', value: row => row.lines, align: 'right'},
        {header: 'torn bytes', value: row => row.tornBytes, align: 'right'},
        {header: 'doubts', value: row => row.possibleDuplicates, align: 'right'},
        {header: 'journal', value: row => row.path, flexible: true},
      ],
      rows: journals,
    }),
    ...journals
      .filter(({problems}) => problems.length > 0)
      .map(({path, problems}) => ({...problemsBlock(problems), title: `Problems of ${path}`})),
  ],
  items: ({journals}) => journals,
}

const VERDICT_TONES = {whole: 'good', torn: 'good', damaged: 'bad', unreadable: 'bad'} as const

/** `job export`: one row a record. */
export function exportView(head: {job: string | null; path: string}): StreamView<JournalLine> {
  return {
    head,
    noun: 'records',
    columns: [
      {header: 'line', value: row => ('line' in row ? row.line : undefined), align: 'right'},
      {header: 'record', value: row => row.record},
      {header: 'message id', value: row => ('messageId' in row ? row.messageId : undefined)},
      {header: 'detail', value: detailOf},
    ],
    keys: EXPORT_KEYS,
  }
}

const EXPORT_KEYS: StreamView<JournalLine>['keys'] = [
  'record',
  'line',
  'messageId',
  'newMessageId',
  'at',
  'digest',
  'state',
  'version',
  'job',
  'source',
  'message',
]

function detailOf(row: JournalLine): Cell {
  switch (row.record) {
    case 'header':
      return `${row.job} ${row.source}`
    case 'intent':
      return row.at
    case 'resumed':
      return `${row.at} msgops ${row.version}`
    case 'ended':
      return `${row.at} ${row.state}: ${totalsText(row.totals)}`
    case 'torn':
      return `${row.bytes} bytes that were never finished`
    case 'damaged':
      return row.message
    default:
      return 'newMessageId' in row ? row.newMessageId : undefined
  }
}
