import type {View} from '../output/view.js'
import {table} from '../output/view.js'
import type {PossibleDuplicate, RedriveSummary} from './events.js'
import type {DryRun} from './consent.js'

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/** `dlq redrive`: what became of the messages, and by name those that may exist twice. */
export const redriveView: View<RedriveSummary> = {
  blocks: summary => [
    {
      kind: 'fields',
      fields: [
        {label: 'Redrive', value: {text: summary.state, tone: summary.state === 'completed' ? 'good' : 'warn'}},
        ...(summary.reason === undefined ? [] : [{label: 'Reason', value: summary.reason}]),
        {label: 'Engine', value: summary.engine},
        {label: 'From', value: nameOf(summary.source)},
        {
          label: 'To',
          value: summary.destination === null ? 'the queue each message came from' : nameOf(summary.destination),
        },
        {
          label: 'Moved',
          value: `${summary.moved} of ${summary.engine === 'native' ? 'about ' : ''}${summary.selected}`,
        },
        {label: 'Failed', value: summary.failed},
        {label: 'Left', value: summary.left},
        {label: 'Skipped', value: summary.skipped},
        {label: 'Possible duplicates', value: summary.possibleDuplicates.length},
        ...countedFields(summary),
        {label: 'Requests', value: summary.requests},
        {label: 'Time', value: {seconds: Math.round(summary.durationMs / 1000)}},
      ],
    },
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

function duplicatesBlock(rows: readonly PossibleDuplicate[]) {
  return table<PossibleDuplicate>({
    title: 'Possible duplicates (kept in the dead-letter queue)',
    columns: [
      {header: 'message id', value: row => row.messageId},
      {header: 'copy', value: row => row.newMessageId},
      {header: 'reason', value: row => row.reason},
      {header: 'detail', value: row => row.message, flexible: true},
    ],
    rows,
  })
}

/** `dlq redrive --dry-run`: what would be done; nothing was. */
export const dryRunView: View<DryRun> = {
  blocks: ({plan, accountId, region}) => [
    {
      kind: 'fields',
      fields: [
        {label: 'Redrive', value: {text: 'dry run: nothing was changed, nothing was received', tone: 'warn'}},
        {label: 'Account', value: accountId},
        {label: 'Region', value: region},
        {label: 'Engine', value: plan.engine},
        {label: 'Because', value: plan.reason},
        {label: 'From', value: plan.source.name},
        {label: 'To', value: plan.destinations.map(({name}) => name)},
        {label: 'Approx messages', value: plan.approximateNumberOfMessages},
        {label: 'Approx in flight', value: plan.approximateNumberOfMessagesNotVisible},
        ...(plan.max === null ? [] : [{label: 'At most', value: plan.max}]),
        ...(plan.perSecond === null ? [] : [{label: 'Messages per second', value: plan.perSecond}]),
        ...plan.remarks.map(remark => ({label: 'Remark', value: remark})),
      ],
    },
  ],
}
