import type {View} from '../output/view.js'
import {table} from '../output/view.js'
import type {ExitCode} from '../ops-error.js'
import type {Writer} from '../output/writer.js'
import type {FailedMessage, PossibleDuplicate, RedriveEvent, RedriveSummary} from './events.js'
import {followRedrive} from './follow.js'
import type {RedriveOptions} from './redrive.js'
import {redriveReport} from './reports.js'
import type {DryRun} from './consent.js'
import {canaryText} from './consent.js'

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/**
 * Reads a redrive to its end on the screen, shows its result, and returns the exit code where it is not the usual one.
 * `resumeCommand`: the words that go on with a job.
 */
export async function showRedrive(
  events: AsyncGenerator<RedriveEvent, void>,
  out: Writer,
  resumeCommand: (job: string) => string,
): Promise<ExitCode | undefined> {
  const summary = await followRedrive(events, out)
  const report = redriveReport(summary, summary.job === null ? undefined : resumeCommand(summary.job))
  for (const warning of report.warnings) out.warn(warning)
  out.result(summary, redriveView)
  for (const note of report.notes) out.note(note)
  return report.exitCode
}

/** What a redrive is to tell, so that `showRedrive` can show it. */
export function tellingTo(out: Writer): Pick<RedriveOptions, 'eachMessage' | 'onProgramLine'> {
  return {eachMessage: out.mode === 'ndjson', onProgramLine: line => out.say(line)}
}

/** `dlq redrive`: what became of the messages, and by name those that may exist twice. */
const redriveView: View<RedriveSummary> = {
  blocks: summary => [
    {
      kind: 'fields',
      fields: [
        {label: 'Redrive', value: {text: summary.state, tone: summary.state === 'completed' ? 'good' : 'warn'}},
        ...(summary.reason === undefined ? [] : [{label: 'Reason', value: summary.reason}]),
        {label: 'Engine', value: summary.engine},
        ...(summary.engine === 'native' || summary.job === null ? [] : [{label: 'Job', value: summary.job}]),
        {label: 'From', value: nameOf(summary.source)},
        {
          label: 'To',
          value: summary.destination === null ? 'the queue each message came from' : nameOf(summary.destination),
        },
        {
          label: summary.mode === 'keep' ? 'Copied' : 'Moved',
          value: `${summary.moved} of ${summary.engine === 'native' ? 'about ' : ''}${summary.selected}`,
        },
        ...(summary.discarded === 0 ? [] : [{label: 'Discarded', value: summary.discarded}]),
        {label: 'Failed', value: summary.failed},
        {label: 'Left', value: summary.left},
        {label: 'Skipped', value: summary.skipped},
        ...(summary.returned === 0 ? [] : [{label: 'Came back', value: summary.returned}]),
        {label: 'Possible duplicates', value: summary.possibleDuplicates.length},
        ...countedFields(summary),
        {label: 'Requests', value: summary.requests},
        {label: 'Time', value: {seconds: Math.round(summary.durationMs / 1000)}},
      ],
    },
    ...(summary.failures.length === 0 ? [] : [failuresBlock(summary.failures)]),
    ...(summary.possibleDuplicates.length === 0 ? [] : [duplicatesBlock(summary.possibleDuplicates)]),
  ],
}

function countedFields({counted, remaining}: RedriveSummary) {
  if (counted === undefined) return [{label: 'Approx remaining', value: remaining ?? undefined}]
  const {sourceBefore, sourceAfter, destinationBefore, destinationAfter} = counted
  return [
    ...(sourceBefore === null || sourceAfter === null
      ? []
      : [{label: 'Approx in source', value: `${sourceBefore} before, ${sourceAfter} after`}]),
    ...(destinationBefore === null || destinationAfter === null
      ? []
      : [{label: 'Approx in destination', value: `${destinationBefore} before, ${destinationAfter} after`}]),
  ]
}

/** Failures that a person is shown; the rest is in the JSON. */
const FAILURES_SHOWN = 20

function failuresBlock(failures: readonly FailedMessage[]) {
  const rows = failures.slice(0, FAILURES_SHOWN)
  return table<FailedMessage>({
    title: rows.length === failures.length ? 'Failed' : `Failed (the first ${rows.length})`,
    columns: [
      {header: 'message id', value: row => row.messageId},
      {header: 'code', value: row => row.code},
      {header: 'detail', value: row => row.message, flexible: true},
    ],
    rows,
  })
}

function stayOf({resent, reason}: PossibleDuplicate): string {
  if (resent) return 'no'
  return reason === 'notDeleted' ? 'perhaps' : 'yes'
}

function duplicatesBlock(rows: readonly PossibleDuplicate[]) {
  return table<PossibleDuplicate>({
    title: 'Possible duplicates',
    columns: [
      {header: 'message id', value: row => row.messageId},
      {header: 'copy', value: row => row.newMessageId},
      {header: 'reason', value: row => row.reason},
      {header: 'still in the dlq', value: stayOf},
      {header: 'detail', value: row => row.message, flexible: true},
    ],
    rows,
  })
}

/** `dlq redrive --dry-run`: what would be done; nothing was. */
export const dryRunView: View<DryRun> = {
  blocks: ({plan, accountId, region, to, planFile}) => [
    {
      kind: 'fields',
      fields: [
        {label: 'Redrive', value: {text: 'dry run: nothing was changed, nothing was received', tone: 'warn'}},
        {label: 'Account', value: accountId},
        {label: 'Region', value: region},
        ...(to === null ? [] : [{label: 'Destination in', value: `account ${to.accountId}, region ${to.region}`}]),
        {label: 'Engine', value: plan.engine},
        {label: 'Because', value: plan.reason},
        {label: 'From', value: plan.source.name},
        {label: 'To', value: plan.destinations.map(({name}) => name)},
        {label: 'Approx messages', value: plan.approximateNumberOfMessages},
        {label: 'Approx in flight', value: plan.approximateNumberOfMessagesNotVisible},
        {label: 'Messages', value: plan.selection},
        ...(plan.change === null ? [] : [{label: 'Changed', value: plan.change}]),
        ...(plan.mode === 'keep' ? [{label: 'Source', value: 'kept: the messages are copied'}] : []),
        ...(plan.canary === null ? [] : [{label: 'Canary', value: canaryText(plan.canary).replace('Canary: ', '')}]),
        ...(plan.max === null ? [] : [{label: 'At most', value: plan.max}]),
        ...(plan.perSecond === null ? [] : [{label: 'Messages per second', value: plan.perSecond}]),
        ...plan.remarks.map(remark => ({label: 'Remark', value: remark})),
        ...(planFile === undefined
          ? []
          : [
              {label: 'Plan', value: {text: planFile.path, tone: 'strong' as const}},
              {label: 'Valid until', value: {time: planFile.expiresAt}},
              {label: 'Valid for', value: `${planFile.countRange.least} to ${planFile.countRange.most} messages`},
            ]),
      ],
    },
  ],
}
