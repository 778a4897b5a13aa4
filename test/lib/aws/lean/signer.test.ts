import {describe, expect, it} from 'vitest'
import {deriveSigningKey, Signer} from '../../../../src/lib/aws/lean/signer.js'
import type {SigningCredentials} from '../../../../src/lib/aws/lean/signer.js'
import {verify} from './sigv4-verifier.js'

const KEYS = {accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'}
const TOKEN = 'FwoGZXIvYXdzEXAMPLETOKEN=='
const AWS = {host: 'sqs.eu-west-1.amazonaws.com', path: '/', region: 'eu-west-1', service: 'sqs'}
const TARGET = 'AmazonSQS.SendMessageBatch'
const BODY =
  '{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/orders","Entries":[{"Id":"0","MessageBody":"héllo € 😀"}]}'
const NOW = Date.UTC(2026, 2, 4, 5, 6, 7, 890)

function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(Array.from({length: list.length / 2}, (_, i) => [list[2 * i] ?? '', list[2 * i + 1] ?? '']))
}

function signed(scope: typeof AWS, credentials: SigningCredentials): Record<string, string> {
  return headersOf(new Signer(scope).sign(TARGET, BODY, credentials, NOW))
}

describe('Signer', () => {
  // Signatures by botocore 1.43.11 (SigV4Auth) for the same requests.
  it.each([
    ['AWS', AWS, {}, 'f66e092c4496c22dee441a6949ee605f39b70a0e8eea72067301c404bb0def49'],
    [
      'AWS, with a session token',
      AWS,
      {sessionToken: TOKEN},
      '60266eb958e4c65a27d04908cdd6cc863e3b54de00d0e82611631d61c44a9742',
    ],
    [
      'a host with a port',
      {...AWS, host: '127.0.0.1:4566'},
      {},
      '540ac247b52a466e920631478f680315b92fc46b6439d2ff05afd678f3288ee8',
    ],
    [
      'a path that is encoded twice',
      {...AWS, host: '127.0.0.1:4566', path: '/prefix/a%20b/'},
      {},
      '1770b074cc657874ba632d31b1eda6159fbf4a8b5c84176c21667979085275fd',
    ],
  ])('signs as botocore does: %s', (_name, scope, token, signature) => {
    const headers = signed(scope, {...KEYS, ...token})
    const names =
      'sessionToken' in token
        ? 'content-type;host;x-amz-date;x-amz-security-token;x-amz-target;x-amzn-query-mode'
        : 'content-type;host;x-amz-date;x-amz-target;x-amzn-query-mode'
    expect(headers.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-west-1/sqs/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    )
    expect(headers['x-amz-date']).toBe('20260304T050607Z')
  })

  it('derives the key of the example in the IAM User Guide', () => {
    const key = deriveSigningKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', '20120215', 'us-east-1', 'iam')
    expect(key.toString('hex')).toBe('f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d')
  })

  const service = {
    secrets: {AKIDEXAMPLE: {secret: KEYS.secretAccessKey, token: TOKEN}},
    region: 'eu-west-1',
    service: 'sqs',
    nowMs: NOW,
  }
  const request = () => ({
    method: 'POST',
    target: '/',
    headers: signed(AWS, {...KEYS, sessionToken: TOKEN}),
    body: Buffer.from(BODY),
  })

  it('is accepted by a verifier that follows the guide', () => {
    expect(verify(request(), service)).toBe('ok')
  })

  it.each([
    ['the body', {body: Buffer.from('{}')}, 'wrong: signature'],
    ['the path', {target: '/other/'}, 'wrong: signature'],
    ['the operation', {headers: {...request().headers, 'x-amz-target': 'AmazonSQS.PurgeQueue'}}, 'wrong: signature'],
    ['the host', {headers: {...request().headers, host: 'example.com'}}, 'wrong: signature'],
    ['the token', {headers: {...request().headers, 'x-amz-security-token': 'other'}}, 'wrong: session token'],
    ['the date', {headers: {...request().headers, 'x-amz-date': '20260304T050707Z'}}, 'wrong: signature'],
    [
      'a header more',
      {headers: {...request().headers, 'x-amz-more': '1'}},
      'wrong: a header that must be signed is not',
    ],
  ])('protects %s', (_name, change, verdict) => {
    expect(verify({...request(), ...change}, service)).toBe(verdict)
  })

  it('takes the new key when the day or the credentials change', () => {
    const signer = new Signer(AWS)
    const other = {accessKeyId: 'AKIDOTHER', secretAccessKey: 'other'}
    const knows = {...service, secrets: {AKIDEXAMPLE: {secret: KEYS.secretAccessKey}, AKIDOTHER: {secret: 'other'}}}
    const midnight = Date.UTC(2026, 2, 5)
    const verdict = (keys: SigningCredentials, nowMs: number) =>
      verify(
        {
          method: 'POST',
          target: '/',
          headers: headersOf(signer.sign(TARGET, BODY, keys, nowMs)),
          body: Buffer.from(BODY),
        },
        {...knows, nowMs},
      )
    expect(verdict(KEYS, midnight - 1)).toBe('ok')
    expect(verdict(KEYS, midnight)).toBe('ok')
    expect(verdict(other, midnight)).toBe('ok')
    expect(verdict(KEYS, midnight)).toBe('ok')
    expect(verdict({...KEYS, secretAccessKey: 'mistyped'}, midnight)).toBe('wrong: signature')
  })
})
