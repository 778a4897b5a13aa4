import {describe, expect, it} from 'vitest'
import {decideAccess, type AccessRequest} from '../../../src/sandbox/policies/decide.js'

const request: AccessRequest = {
  asker: {account: '111122223333', arn: 'arn:aws:iam::111122223333:user/ines'},
  action: 'SNS:Publish',
  resourceArn: 'arn:aws:sns:us-east-1:000000000000:orders',
  context: {'aws:sourceaccount': '111122223333', 'aws:sourcearn': 'arn:aws:s3:::uploads'},
}
const allow = {Effect: 'Allow', Principal: '*', Action: '*', Resource: '*'}
const decide = (...statements: object[]) => decideAccess(JSON.stringify({Statement: statements}), request)

describe('decideAccess', () => {
  it.each([undefined, '', '{', '[]', 'null', '{"Statement":"x"}', '{"Statement":[null,1]}'])(
    'says nothing for %j',
    text => {
      expect(decideAccess(text, request)).toBe('silent')
    },
  )

  it.each([
    ['everyone', {}, 'allow'],
    ['the account by number', {Principal: {AWS: '111122223333'}}, 'allow'],
    ['the account by root', {Principal: {AWS: ['arn:aws:iam::111122223333:root']}}, 'allow'],
    ['the user', {Principal: {AWS: 'arn:aws:iam::111122223333:user/ines'}}, 'allow'],
    ['another user', {Principal: {AWS: 'arn:aws:iam::111122223333:user/tomas'}}, 'silent'],
    ['a service', {Principal: {Service: 's3.amazonaws.com'}}, 'silent'],
    ['everyone but the account', {Principal: undefined, NotPrincipal: {AWS: '111122223333'}}, 'silent'],
    ['everyone but another', {Principal: undefined, NotPrincipal: {AWS: '444455556666'}}, 'allow'],
    ['an action in another case', {Action: 'sns:publish'}, 'allow'],
    ['actions by pattern', {Action: 'SNS:Pub*'}, 'allow'],
    ['all other actions', {Action: undefined, NotAction: 'SNS:Publish'}, 'silent'],
    ['the resource by pattern', {Resource: 'arn:aws:sns:*:*:order?'}, 'allow'],
    ['another resource', {Resource: ['arn:aws:sns:us-east-1:000000000000:other']}, 'silent'],
    ['all other resources', {Resource: undefined, NotResource: 'arn:aws:sns:*'}, 'silent'],
    ['no resource at all', {Resource: undefined}, 'allow'],
  ])('%s: %j is %s', (_, change, expected) => {
    expect(decide({...allow, ...change})).toBe(expected)
  })

  it.each([
    ['equal', {StringEquals: {'AWS:SourceAccount': ['1', '111122223333']}}, 'allow'],
    ['not equal', {StringEquals: {'aws:SourceAccount': '1'}}, 'silent'],
    ['like', {ArnLike: {'aws:SourceArn': 'arn:aws:s3:::up*'}}, 'allow'],
    ['another case', {StringEqualsIgnoreCase: {'aws:SourceArn': 'ARN:AWS:S3:::UPLOADS'}}, 'allow'],
    ['no wildcard in StringEquals', {StringEquals: {'aws:SourceArn': '*'}}, 'silent'],
    ['negated', {StringNotLike: {'aws:SourceArn': 'arn:aws:sns:*'}}, 'allow'],
    ['negated and there', {ArnNotEquals: {'aws:SourceArn': 'arn:aws:s3:::uploads'}}, 'silent'],
    ['negated and missing', {StringNotEquals: {'aws:PrincipalOrgID': 'o-1'}}, 'allow'],
    ['missing', {StringEquals: {'aws:PrincipalOrgID': 'o-1'}}, 'silent'],
    ['missing, if it exists', {StringEqualsIfExists: {'aws:PrincipalOrgID': 'o-1'}}, 'allow'],
    ['there and wrong, if it exists', {StringEqualsIfExists: {'aws:SourceAccount': '1'}}, 'silent'],
    ['null', {Null: {'aws:PrincipalOrgID': 'true'}}, 'allow'],
    ['not null', {Null: {'aws:SourceArn': true}}, 'silent'],
    ['all of several', {ArnLike: {'aws:SourceArn': '*'}, StringEquals: {'aws:SourceAccount': '1'}}, 'silent'],
    ['unknown', {IpAddressIfExists: {'aws:SourceIp': '10.0.0.0/8'}}, 'silent'],
  ])('a condition that is %s: %j is %s', (_, Condition, expected) => {
    expect(decide({...allow, Condition})).toBe(expected)
  })

  it('a denial that applies wins over every allowance', () => {
    expect(decide(allow, {...allow, Effect: 'Deny', Action: 'SNS:Publish'})).toBe('deny')
    expect(decide(allow, {...allow, Effect: 'Deny', Action: 'SNS:Subscribe'})).toBe('allow')
    expect(decide({...allow, Effect: 'Deny'})).toBe('deny')
  })
})
