import {SANDBOX_REGION} from './accounts.js'
import {AwsError} from './service.js'
import type {WireRequest} from './wire.js'

/** What SigV4 says about a request: `AKID/20260101/REGION/SERVICE/aws4_request`. The signature itself is not checked. */
export interface CredentialScope {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
}

// A client's credential changes once a day; parsing it once saves a few splits on each of thousands of requests.
const parsed = new Map<string, CredentialScope>()
const PARSED_LIMIT = 1000

/** Reads the scope from the Authorization header or from a presigned URL. Throws AwsError in AWS's words when there is none. */
export function credentialScopeOf(request: WireRequest): CredentialScope {
  const link = linkScopeOf(request)
  if (link) return link
  const credential = credentialOf(request)
  const known = parsed.get(credential)
  if (known) return known
  const scope = parseCredential(credential)
  if (parsed.size >= PARSED_LIMIT) parsed.clear()
  parsed.set(credential, scope)
  return scope
}

/** The access key id of a request that nobody signed. */
export const NOBODY = ''

/** Whoever holds a link that SNS sent may confirm or end that subscription, unsigned; the region is in the ARN. */
function linkScopeOf({headers, target}: WireRequest): CredentialScope | undefined {
  if (headers.authorization !== undefined || !target.includes('Action=') || !URL.canParse(target, 'http://localhost')) {
    return undefined
  }
  const {searchParams} = new URL(target, 'http://localhost')
  const action = searchParams.get('Action')
  if ((action !== 'ConfirmSubscription' && action !== 'Unsubscribe') || searchParams.has('X-Amz-Credential')) {
    return undefined
  }
  const arn = searchParams.get(action === 'Unsubscribe' ? 'SubscriptionArn' : 'TopicArn') ?? ''
  return {accessKeyId: NOBODY, region: arn.split(':')[3] ?? SANDBOX_REGION, service: 'sns'}
}

function credentialOf(request: WireRequest): string {
  const {authorization} = request.headers
  if (authorization !== undefined) {
    const start = authorization.indexOf('Credential=')
    if (!authorization.startsWith('AWS4-') || start === -1) {
      throw incomplete("Authorization header requires 'Credential' parameter.")
    }
    const end = authorization.slice(start).search(/[,\s]/)
    return authorization.slice(start + 'Credential='.length, end === -1 ? undefined : start + end)
  }
  const query = request.target.indexOf('X-Amz-Credential=')
  if (query === -1) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', {
      status: 403,
      queryCode: 'MissingAuthenticationToken',
    })
  }
  const text = request.target.slice(query + 'X-Amz-Credential='.length)
  const end = text.indexOf('&')
  return (end === -1 ? text : text.slice(0, end)).replaceAll('%2F', '/').replaceAll('%2f', '/')
}

function parseCredential(credential: string): CredentialScope {
  const [accessKeyId = '', date = '', region = '', service = '', end = '', ...rest] = credential.split('/')
  const whole =
    accessKeyId !== '' && /^\d{8}$/.test(date) && /^[a-z0-9-]{1,32}$/.test(region) && /^[a-z0-9-]{1,32}$/.test(service)
  if (!whole || end !== 'aws4_request' || rest.length > 0) {
    throw incomplete(
      `Credential should be scoped as KEY/DATE/REGION/SERVICE/aws4_request, got '${credential.slice(0, 120)}'.`,
    )
  }
  return {accessKeyId, region, service}
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message, {status: 403, queryCode: 'IncompleteSignature'})
}
