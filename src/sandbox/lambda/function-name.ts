import {otherRegion, qualifierMismatch} from './errors.js'
import {Violations} from './validation.js'

/** Where a function lives, and which of its versions is meant. */
export interface FunctionAddress {
  readonly account: string
  readonly region: string
  readonly name: string
  /** As it was asked for: by the name's end or by Qualifier; undefined where neither says. */
  readonly qualifier: string | undefined
}

export const LATEST = '$LATEST'

/** A name, a partial ARN (`123456789012:function:name`, `function:name`) or a whole one, each with or without a qualifier. */
const FUNCTION_NAME =
  /^(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_.]+)(?::(?<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/
const SHOWN = {
  create:
    '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?',
  use: '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?',
}
/** Only the names of functions that were never made may hold a dot. */
const WITHOUT_DOTS = /^[^.]*$/
const QUALIFIER = /^(?:\$(?:LATEST(?:\.PUBLISHED)?)|[a-zA-Z0-9-_$]+)$/
const QUALIFIER_SHOWN = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'
const LONGEST = {create: 140, use: 256}
const LONGEST_QUALIFIER = 128

/**
 * Reads FunctionName and Qualifier as Lambda does. Throws its ValidationException, InvalidParameterValueException for two qualifiers that
 * differ, ResourceNotFoundException for another region.
 */
export function readFunctionName(
  text: string | undefined,
  qualifier: string | undefined,
  here: {readonly account: string; readonly region: string},
  purpose: 'create' | 'use' = 'use',
): FunctionAddress {
  const violations = new Violations()
  violations.length('qualifier', qualifier, 1, LONGEST_QUALIFIER)
  violations.pattern('qualifier', qualifier, QUALIFIER, QUALIFIER_SHOWN)
  violations.required('functionName', text)
  violations.length('functionName', text, 1, LONGEST[purpose])
  const wellFormed = purpose === 'use' || WITHOUT_DOTS.test(text ?? '') ? FUNCTION_NAME : /^(?!)/
  violations.pattern('functionName', text, wellFormed, SHOWN[purpose])
  violations.refuse()
  const {
    region = here.region,
    account = here.account,
    name = '',
    ...rest
  } = FUNCTION_NAME.exec(text ?? '')?.groups ?? {}
  if (qualifier !== undefined && rest.qualifier !== undefined && qualifier !== rest.qualifier) throw qualifierMismatch()
  if (region !== here.region) throw otherRegion(region, here.region)
  return {account, region, name, qualifier: rest.qualifier ?? qualifier}
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with the qualifier where one is given. */
export function functionArn(
  {account, region, name}: Pick<FunctionAddress, 'account' | 'region' | 'name'>,
  qualifier?: string,
): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`
}

/** Reads a whole ARN as services hold it; undefined for what is none. */
export function parseFunctionArn(arn: string): FunctionAddress | undefined {
  const [scheme, partition = '', service, region = '', account = '', kind, name = '', qualifier, ...rest] =
    arn.split(':')
  const whole = scheme === 'arn' && partition.startsWith('aws') && service === 'lambda' && kind === 'function'
  if (!whole || name === '' || rest.length > 0) return undefined
  return {account, region, name, qualifier}
}
