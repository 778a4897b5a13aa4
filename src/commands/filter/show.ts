import {string as text} from '@oclif/core/args'
import {OpsCommand} from '../../lib/cli/base-command.js'
import {subscriptionFlags} from '../../lib/cli/subscription-flags.js'
import {findSubscription} from '../../lib/topics/filter/find-subscription.js'
import {filterView} from '../../lib/topics/filter/result.js'
import {filterDetail} from '../../lib/topics/filter/show-filter.js'

export default class FilterShow extends OpsCommand {
  static override args = {
    subscription: text({description: 'ARN of the subscription, or name or ARN of its topic.', required: true}),
  }

  static override description =
    'Shows the filter policy of a subscription, its scope, what SNS counts of it against its limits, and what is odd about it. A topic with several subscriptions needs --endpoint to say which.'

  static override examples = [
    '<%= config.bin %> filter show orders --endpoint orders-audit',
    '<%= config.bin %> filter show arn:aws:sns:eu-west-1:123456789012:orders:0d9f6e0a-1b8b-4c7e-9f4e-5a3b5b0c6d7e --json',
    '<%= config.bin %> filter show orders --endpoint orders-audit --query filterPolicy',
  ]

  static override flags = {...subscriptionFlags}

  static override summary = 'Show the filter policy of a subscription'

  async run(): Promise<void> {
    const {args, flags} = await this.parse(FilterShow)
    const {endpoint} = flags
    const found = await findSubscription(this.aws, args.subscription, {endpoint, signal: this.signal})
    this.out.result(filterDetail(found), filterView)
  }
}
