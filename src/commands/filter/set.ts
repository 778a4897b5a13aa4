import {string as text} from '@oclif/core/args'
import {boolean, option, string} from '@oclif/core/flags'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {countFlag} from '../../lib/cli/flags.js'
import {subscriptionFlags} from '../../lib/cli/subscription-flags.js'
import {assertOneStdin, readTextArgument} from '../../lib/cli/text-argument.js'
import {applyFilter} from '../../lib/topics/filter/apply.js'
import {filterConsent} from '../../lib/topics/filter/consent.js'
import {findSubscription} from '../../lib/topics/filter/find-subscription.js'
import {filterResult, planFilter} from '../../lib/topics/filter/plan.js'
import {assertOneChange, requestedFilter} from '../../lib/topics/filter/request.js'
import {filterSetView} from '../../lib/topics/filter/result.js'
import {SAMPLE_BYTES, sampleOf} from '../../lib/topics/filter/sample.js'

export default class FilterSet extends OpsCommand {
  static override args = {
    subscription: text({description: 'ARN of the subscription, or name or ARN of its topic.', required: true}),
  }

  static override description = `Sets the filter policy of a subscription, or takes it away. It is checked first, as SNS does; then comes what changes, key by key, and with a sample how many messages would start and stop arriving, and why; then a question. If somebody changed the policy since the plan was made, nothing is done. What SNS shows in the end is compared with what was to be set.

SNS takes policy and scope in calls of their own. A new scope therefore goes by a policy in between, which holds nothing back that the old or the new one lets through; where SNS would take none, every message is delivered between the calls. The plan says which. A change takes up to 15 minutes until it is in force everywhere.

Exit code: 0 when it is set, or was so already; 2 for a policy that SNS refuses; 3 when the change stopped half-way; 7 when it was not confirmed, or the policy was changed by somebody else.`

  static override examples = [
    '<%= config.bin %> filter set orders --endpoint orders-audit --policy policy.json --sample-queue orders-all --dry-run',
    `<%= config.bin %> filter set orders --endpoint orders-audit --policy '{"tenant":["acme"]}' --yes`,
    '<%= config.bin %> filter set orders --endpoint orders-audit --remove',
  ]

  static override flags = {
    ...subscriptionFlags,
    'dry-run': boolean({description: 'Show the plan and change nothing.'}),
    max: countFlag({description: 'Messages to peek at in --sample-queue.', default: 100, min: 1, max: 1000}),
    policy: string({
      description: 'The new policy: a file, JSON text, or - for standard input.',
      helpValue: '<file|json>',
    }),
    remove: boolean({
      default: false,
      description: 'Take the filter away: every message is delivered.',
      exclusive: ['scope'],
    }),
    sample: string({
      description: 'Messages to try the change on: a file of NDJSON, each line in any form that filter test takes.',
      exclusive: ['sample-queue'],
      helpValue: '<file>',
    }),
    'sample-queue': string({
      description:
        'Try the change on messages of this queue. They are peeked at and given back, which raises their receive counts.',
      helpValue: '<queue>',
    }),
    scope: option({options: ['MessageAttributes', 'MessageBody'] as const})({
      description: 'What the policy looks at (default: as it is now, else MessageAttributes).',
    }),
  }

  static override summary = 'Set or remove the filter policy of a subscription'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(FilterSet)
    const {aws, signal} = this
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
    for (const warning of plan.warnings) this.out.warn(warning)
    const settled = plan.steps.length === 0 ? 'unchanged' : flags['dry-run'] ? 'planned' : undefined
    if (settled !== undefined) {
      this.out.result(filterResult(plan, settled), filterSetView)
      return
    }
    const {accountId} = await aws.identity(signal)
    await this.confirm({level: 'moderate', ...filterConsent(plan, {accountId, region: aws.region})})
    await applyFilter(aws, plan, {signal})
    this.out.result(filterResult(plan, 'set'), filterSetView)
    this.out.note('It takes up to 15 minutes until the change is in force everywhere.')
  }
}
