import {markWarnings} from './byte-order-mark.js'
import type {Explanation, KeyExplanation} from './explanation.js'
import type {FilteredMessage, FilterPolicyScope} from './filter-policy.js'
import {parsedOrUndefined} from './json-parts.js'
import {isList, isNumber, isNumberText} from './matching/scan-attributes.js'
import {afterEndWarnings} from './text-after-end.js'
import type {ExplainedTrial} from './trial.js'

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const PATTERN_CHARACTERS = 2048

interface PolicyTrial {
  readonly policyText: string
  readonly scope: FilterPolicyScope
  readonly message: FilteredMessage
  readonly explanation: Explanation | null
}

/** What a trial of a filter policy does not show: what AWS passes over, attributes that cannot be read. Pure. */
export function policyTrialWarnings({policyText, scope, message, explanation}: PolicyTrial): string[] {
  return [
    ...markWarnings('The policy', policyText),
    ...(explanation === null ? [] : afterEndWarnings('The policy', policyText)),
    ...(explanation === null || scope === 'MessageBody' ? [] : attributeWarnings(explanation, message.attributes)),
  ]
}

/** The same of an event pattern and an event. Pure. */
export function patternTrialWarnings(
  patternText: string,
  eventText: string,
  {explanation}: Pick<ExplainedTrial, 'explanation'>,
): string[] {
  const long = patternText.length > PATTERN_CHARACTERS
  return [
    ...markWarnings('The pattern', patternText),
    ...markWarnings('The event', eventText),
    ...(explanation === null ? [] : afterEndWarnings('The pattern', patternText)),
    ...(explanation !== null && long
      ? [`The pattern has ${patternText.length} characters; EventBridge takes ${PATTERN_CHARACTERS} by default.`]
      : []),
  ]
}

function attributeWarnings({keys}: Explanation, attributes: FilteredMessage['attributes']): string[] {
  return [...new Set(keys.flatMap(pathsOf))].flatMap(name => {
    if (!Object.hasOwn(attributes, name)) return []
    const {dataType = '', stringValue = ''} = attributes[name] ?? {}
    if (isNumber(dataType) && !isList(dataType) && !isNumberText(stringValue)) {
      return `Number attribute ${name} is no number: SNS refuses it. Taken as missing.`
    }
    if (!isList(dataType)) return []
    const value = parsedOrUndefined(stringValue)
    if (Array.isArray(value)) return []
    const taken = value === undefined || (typeof value === 'object' && value !== null) ? 'missing' : 'its one member'
    return `${dataType} ${name} is no JSON array: taken as ${taken}; SNS may differ.`
  })
}

function pathsOf({path, branches}: KeyExplanation): string[] {
  return branches === undefined ? [path] : branches.flatMap(branch => branch.keys.flatMap(pathsOf))
}
