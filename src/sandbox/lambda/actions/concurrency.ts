import {invalidParameterValue} from '../errors.js'
import {LATEST} from '../function-name.js'
import {integer} from '../input.js'
import {Violations} from '../validation.js'
import {wholeFunctionOf, type Action} from './context.js'

/** "Concurrent executions: 1,000", of which "100 units" stay unreserved. */
const ACCOUNT_LIMIT = 1000
const LEAST_UNRESERVED = 100

/** 0 lets nothing run: the way to see throttling. */
export const putFunctionConcurrency: Action = context => {
  const {input, functions, request} = context
  const fn = wholeFunctionOf(context, LATEST)
  const reserved = integer(input, 'ReservedConcurrentExecutions')
  const violations = new Violations()
  violations.required('reservedConcurrentExecutions', reserved)
  violations.range('reservedConcurrentExecutions', reserved, 0, Infinity)
  violations.refuse()
  const others = functions
    .of(request.account, request.region)
    .sorted()
    .reduce((sum, other) => sum + (other === fn ? 0 : (other.reservedConcurrency ?? 0)), 0)
  if (others + (reserved ?? 0) > ACCOUNT_LIMIT - LEAST_UNRESERVED) {
    throw invalidParameterValue(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
    )
  }
  fn.reservedConcurrency = reserved
  return {ReservedConcurrentExecutions: reserved}
}

export const getFunctionConcurrency: Action = context => ({
  ReservedConcurrentExecutions: wholeFunctionOf(context).reservedConcurrency,
})

export const deleteFunctionConcurrency: Action = context => {
  wholeFunctionOf(context).reservedConcurrency = undefined
  return {}
}
