import type {View} from '../output/view.js'
import {table} from '../output/view.js'
import type {DoctorFinding, Examination} from './examine.js'

export const examinationView: View<Examination> = {
  blocks: ({findings, incomplete, accountId, region}) => [
    table<DoctorFinding>({
      columns: [
        {header: 'resource', value: ({resource}) => resource},
        {header: 'next', value: ({next}) => next},
        {header: 'finding', value: ({message}) => message, flexible: true},
      ],
      rows: findings,
      empty:
        incomplete.length > 0
          ? undefined
          : `Nothing was left behind in account ${accountId}, ${region}, nor in the journals of this machine.`,
    }),
  ],
  items: ({findings}) => findings,
}
