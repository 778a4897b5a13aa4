import type {AwsContext, CallerIdentity} from './context.js'
import type {Wire} from './wire.js'
import {assertFlagsAgree, connectionNotices, resolveSettings} from './settings.js'
import type {ConnectionOptions, ConnectionSettings} from './settings.js'

export type {ConnectionOptions} from './settings.js'

/**
 * The connection that flags and environment describe. Synchronous and cheap: contradicting flags throw at once (OpsError, exit 2),
 * the user's files are read when the first fact is asked for, and the SDK is loaded when the first client is.
 */
export function createAwsContext(options: ConnectionOptions): AwsContext {
  assertFlagsAgree(options)
  let settings: ConnectionSettings | undefined
  let wire: Promise<Wire> | undefined
  let identity: Promise<CallerIdentity> | undefined
  const settled = () => (settings ??= resolveSettings(options))
  const connected = () => (wire ??= import('./wire.js').then(({openWire}) => openWire(settled(), options)))
  // A failure is not kept: the next caller may have logged in since.
  const identify = async (signal?: AbortSignal) =>
    (identity ??= connected()
      .then(async open => open.identity(signal))
      .catch((error: unknown) => {
        identity = undefined
        throw error
      }))
  return {
    get region() {
      return settled().region.value
    },
    get profile() {
      return settled().profile?.value
    },
    get connection() {
      const {region, profile, endpoints} = settled()
      return {region, profile, endpoints, readOnly: options.readOnly, notices: connectionNotices(settled(), options)}
    },
    sandbox: options.sandbox,
    endpointFor: service => settled().endpoints[service]?.value,
    identity: identify,
    credentialSource: async () => (await connected()).credentialSource(),
    sqs: async () => (await connected()).sqs(),
    sqsOnce: async () => (await connected()).sqsOnce(),
    sqsLean: async ({maxSockets}) => (await connected()).sqsLean({maxSockets, identity: identify}),
    sns: async () => (await connected()).sns(),
    snsOnce: async () => (await connected()).snsOnce(),
    events: async () => (await connected()).events(),
  }
}
