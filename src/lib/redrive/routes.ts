import type {Message} from '@aws-sdk/client-sqs'
import type {Refusal} from './client/options.js'

/** One queue that messages go to; `from` is the ARN of the queue they came from, absent where all of them go there (`--to`). */
export interface RouteEntry<Target> {
  readonly from?: string
  readonly target: Target
}

/**
 * Where a message goes: the queue named for all, else the one that SQS says it came from (`DeadLetterQueueSourceArn`). SQS says so of
 * messages that it moved itself; for one of which it does not, the only candidate is taken, and with several it is refused.
 */
export function routeOf<Target>(message: Message, routes: readonly RouteEntry<Target>[]): Target | Refusal {
  const [first] = routes
  if (first !== undefined && first.from === undefined) return first.target
  const from = message.Attributes?.DeadLetterQueueSourceArn
  const names = routes.map(route => nameOf(route.from ?? '')).join(', ')
  if (from === undefined) {
    if (first !== undefined && routes.length === 1) return first.target
    return {
      code: 'NoSourceQueue',
      message: `SQS does not say which queue it came from, and it could be any of ${names}: name one with --to`,
    }
  }
  const route = routes.find(entry => entry.from === from)
  if (route !== undefined) return route.target
  return {
    code: 'OtherSourceQueue',
    message: `SQS moved it here from ${from}, which is none of ${names}: name where it is to go with --to`,
  }
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}
