import type {View} from '../output/view.js'
import type {WhoAmI} from './who-am-i.js'

/** How `msgops whoami` shows itself. */
export const whoAmIView: View<WhoAmI> = {
  blocks: me => [
    {
      kind: 'fields',
      fields: [
        {label: 'account', value: me.account},
        {label: 'arn', value: me.arn},
        {label: 'user id', value: me.userId},
        {label: 'region', value: `${me.region} (${me.regionSource})`},
        {label: 'profile', value: me.profile ?? undefined},
        {label: 'credentials', value: me.credentialSource},
        {label: 'endpoint', value: me.endpoint === null ? 'AWS' : `${me.endpoint} (${String(me.endpointSource)})`},
        {label: 'sandbox', value: me.sandbox},
        {label: 'read-only', value: me.readOnly},
      ],
    },
  ],
}
