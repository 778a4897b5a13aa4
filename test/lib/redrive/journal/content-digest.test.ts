import {describe, expect, it} from 'vitest'
import {contentDigest} from '../../../../src/lib/redrive/journal/content-digest.js'

describe('the digest of a message', () => {
  it('is the SHA-256 of body and attributes, each part behind its length', () => {
    // printf '5:hello' | openssl dgst -sha256 -binary | basenc --base64url | tr -d =
    expect(contentDigest('hello')).toBe('o6KFaY3H2_4jlHM57hh9Rx9kNhf4i0r3Agm7GgHt2dk')
    // printf '2:hi1:n6:String1:v-' | openssl dgst -sha256 -binary | basenc --base64url | tr -d =
    expect(contentDigest('hi', {n: {DataType: 'String', StringValue: 'v'}})).toBe(
      'w301-gLc3qgtEggMxOAIEVtB1rsx4sI69RrGhjqmL90',
    )
  })

  it('does not depend on the order in which attributes came', () => {
    const a = {DataType: 'String', StringValue: '1'}
    const b = {DataType: 'Number', StringValue: '2'}
    expect(contentDigest('x', {a, b})).toBe(contentDigest('x', {b, a}))
  })

  it.each([
    ['a custom label', {n: {DataType: 'String', StringValue: 'v'}}, {n: {DataType: 'String.x', StringValue: 'v'}}],
    [
      'text and bytes',
      {n: {DataType: 'String', StringValue: 'v'}},
      {n: {DataType: 'String', BinaryValue: Buffer.from('v')}},
    ],
    ['where a name ends', {na: {DataType: 'String', StringValue: 'v'}}, {n: {DataType: 'aString', StringValue: 'v'}}],
    ['an empty value and none', {n: {DataType: 'String', StringValue: ''}}, {n: {DataType: 'String'}}],
  ])('tells %s apart', (_, left, right) => {
    expect(contentDigest('x', left)).not.toBe(contentDigest('x', right))
  })

  it('tells body and attributes apart', () => {
    expect(contentDigest('x1:n')).not.toBe(contentDigest('x', {n: {}}))
  })
})
