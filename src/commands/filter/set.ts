import {string as text} from '@oclif/core/args'
import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {sampleFlags} from '../../lib/cli/sample-flags.js'
import {subscriptionFlags} from '../../lib/cli/subscription-flags.js'
import {SAMPLE_BYTES, assertOneStdin, readTextArgument} from '../../lib/cli/text-argument.js'
import {applyFilter} from '../../lib/topics/filter/apply.js'
import {assertSetAllowed, filterConsent} from '../../lib/topics/filter/consent.js'
import {findSubscription} from '../../lib/topics/filter/find-subscription.js'
import {filterResult, planFilter} from '../../lib/topics/filter/plan.js'
import {assertOneChange, requestedFilter} from '../../lib/topics/filter/request.js'
import {restoreWords} from '../../lib/topics/filter/restore.js'
import {filterSetView} from '../../lib/topics/filter/result.js'
import {sampleOf} from '../../lib/topics/filter/sample.js'

export default class FilterSet extends OpsCommand {
  static override args = {
    subscription: text({description: 'ARN of the subscription, or name or ARN of its topic.', required: true}),
  }

  static override description = `Sets the filter policy of a subscription, or takes it away. It is checked first, as SNS does; then comes what changes, key by key, and with a sample how many messages would start and stop arriving, and why; then a question. If somebody changed the policy since the plan was made, nothing is done. What SNS shows in the end is compared with what was to be set.

SNS takes policy and scope in calls of their own. A new scope therefore goes by a policy in between: what the old one lets through arrives until the scope changes, what the new one lets through from then on, so only what both let through arrives all the time. Where no such policy fits, every message is delivered between the calls. The plan says which. When SNS refuses a call, the old policy is put back by the same way. A change takes up to 15 minutes until it is in force everywhere.

What lint finds (bad, warn) is said as a warning; --yes is consent to it all the same.

Exit code: 0 when it is set, or was so already; 1 when SNS refused it (4, 6: denied, throttled) and the old policy is in place; 2 for a policy that SNS is known to refuse; 3 when the change stopped half-way: the error has the old policy, as a command; 7 when it was not confirmed, or the policy was changed by somebody else.`

  static override examples = [
    '<%= config.bin %> filter set orders --endpoint orders-audit --policy policy.json --sample-queue orders-all --dry-run',
    `<%= config.bin %> filter set orders --endpoint orders-audit --policy '{"tenant":["acme"]}' --yes`,
    '<%= config.bin %> filter set orders --endpoint orders-audit --remove',
  ]

  static override flags = {
    ...subscriptionFlags,
    ...sampleFlags,
    'dry-run': boolean({description: 'Show the plan and change nothing.'}),
    policy: string({
      description: 'The new policy: a file, JSON text, or - for standard input.',
      helpValue: '<file|json>',
    }),
    remove: boolean({
      default: false,
      description: 'Take the filter away: every message is delivered.',
      exclusive: ['scope'],
    }),
    scope: option({options: ['MessageAttributes', 'MessageBody'] as const})({
      description: 'What the policy looks at (default: as it is now, else MessageAttributes).',
    }),
  }

  static override summary = 'Set or remove the filter policy of a subscription'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(FilterSet)
    const {aws, out, signal} = this
    assertOneChange(flags.policy, flags.remove)
    assertOneStdin(flags.policy, flags.sample)
    const request = requestedFilter(flags.policy && (await readTextArgument(flags.policy, 'The policy')), flags.scope)
    const subscription = await findSubscription(aws, args.subscription, {endpoint: flags.endpoint, signal})
    const sample = await sampleOf(aws, flags, {
      subscription,
      signal,
      read: given => readTextArgument(given, 'The sample', {maxBytes: SAMPLE_BYTES}),
    })
    const plan = planFilter(subscription, request, sample)
    for (const warning of plan.warnings) out.warn(warning)
    const settled = plan.steps.length === 0 ? 'unchanged' : flags['dry-run'] ? 'planned' : undefined
    if (settled !== undefined) {
      out.result(filterResult(plan, settled), filterSetView)
      return
    }
    assertSetAllowed(aws, plan)
    const {accountId} = await aws.identity(signal)
    await this.confirm({level: 'moderate', ...filterConsent(plan, {accountId, region: aws.region})})
    const restore = this.commandLine(restoreWords(plan))
    this.leftByForce = ', and may leave the filter half-way'
    out.record(`To put the old filter back: ${restore}`)
    await applyFilter(aws, plan, {restore, signal})
    const result = filterResult(plan, 'set')
    out.result(result, filterSetView)
    for (const note of result.notes) out.note(note)
  }
}
