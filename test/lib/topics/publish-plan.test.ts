import {describe, expect, it} from 'vitest'
import type {MessageDraft} from '../../../src/lib/topics/publish-plan.js'
import {checkMessage, remarksOf} from '../../../src/lib/topics/publish-plan.js'
import type {FoundTopic} from '../../../src/lib/topics/resolve-topic.js'
import {parseTopicAttributes} from '../../../src/lib/topics/topic-attributes.js'
import {topicRefOfArn} from '../../../src/lib/topics/topic-ref.js'
import {refusal} from '../aws/connection.js'

function topic(name: string, attributes?: Record<string, string>): FoundTopic {
  const ref = topicRefOfArn(`arn:aws:sns:eu-west-1:123456789012:${name}`)
  return {...ref, attributes: attributes === undefined ? undefined : parseTopicAttributes(ref.arn, attributes)}
}
const draft = (parts: Partial<MessageDraft>): MessageDraft => ({message: 'x', messageAttributes: {}, ...parts})
const refused = (parts: Partial<MessageDraft>, of = topic('orders', {})): string =>
  refusal(() => checkMessage(of, draft(parts))).message

describe('what SNS takes', () => {
  it('counts bytes, and name, type and value of attributes', () => {
    const messageAttributes = {a: {DataType: 'String', StringValue: '12'}}
    // ü is two bytes; a + String + 12 are nine.
    expect(checkMessage(topic('orders', {}), draft({message: 'ü', messageAttributes}))).toBe(11)
  })

  it('256 KiB, unless the topic says otherwise, and 1 MiB at most', () => {
    expect(checkMessage(topic('orders', {}), draft({message: 'x'.repeat(262_144)}))).toBe(262_144)
    expect(refused({message: 'x'.repeat(262_145)})).toBe(
      'The message has 262145 bytes with its attributes; orders takes 262144 at most',
    )
    const large = topic('orders', {MaximumMessageSize: '1048576'})
    expect(checkMessage(large, draft({message: 'x'.repeat(1_048_576)}))).toBe(1_048_576)
    expect(refused({message: 'x'.repeat(1_048_577)}, large)).toContain('takes 1048576 at most')
    // Where the attributes may not be read, only what no topic takes is refused.
    expect(checkMessage(topic('orders'), draft({message: 'x'.repeat(300_000)}))).toBe(300_000)
  })

  it('eleven attributes, with a remark on raw delivery', () => {
    const names = Array.from({length: 11}, (_, index) => [`a${index}`, {DataType: 'String', StringValue: '1'}])
    const messageAttributes = Object.fromEntries(names) as MessageDraft['messageAttributes']
    expect(checkMessage(topic('orders', {}), draft({messageAttributes}))).toBeGreaterThan(0)
    expect(remarksOf({messageAttributes})).toHaveLength(1)
    expect(remarksOf({messageAttributes: {}})).toEqual([])
  })

  it.each([
    ['a structure with a default', {messageStructure: 'json', message: '{"default":"d","sqs":"s"}'}],
    ['an empty default', {messageStructure: 'json', message: '{"default":""}'}],
    ['a subject of 100 characters', {subject: '😀'.repeat(100)}],
    ['a group on a standard topic', {messageGroupId: 'tenant-1'}],
  ] as const)('%s', (_, parts) => {
    expect(checkMessage(topic('orders', {}), draft(parts))).toBeGreaterThan(0)
  })
})

describe('what it refuses', () => {
  it.each([
    ['an empty message', {message: ''}],
    ['half a surrogate pair', {message: 'a\ud800'}],
    ['a subject of 101 characters', {subject: 'x'.repeat(101)}],
    ['a subject with a line break', {subject: 'a\nb'}],
    ['an empty subject', {subject: ''}],
    ['a structure that is no JSON', {messageStructure: 'json', message: 'x'}],
    ['a structure without a default', {messageStructure: 'json', message: '{"sqs":"s"}'}],
    ['a structure whose default is no text', {messageStructure: 'json', message: '{"default":1}'}],
    ['a structure that is a list', {messageStructure: 'json', message: '["default"]'}],
    ['a deduplication id on a standard topic', {messageDeduplicationId: 'd'}],
    ['a group id with a blank', {messageGroupId: 'a b'}],
  ] as const)('%s', (_, parts) => {
    expect(refusal(() => checkMessage(topic('orders', {}), draft(parts)))).toMatchObject({
      code: 'InvalidMessage',
      exitCode: 2,
    })
  })

  it('on a FIFO topic: no group, and no deduplication id unless the topic makes it from the content', () => {
    const plain = topic('pay.fifo', {FifoTopic: 'true', ContentBasedDeduplication: 'false'})
    const content = topic('pay.fifo', {FifoTopic: 'true', ContentBasedDeduplication: 'true'})
    expect(refused({messageDeduplicationId: 'd'}, plain)).toContain('needs a group id')
    expect(refused({messageGroupId: 'g'}, plain)).toContain('needs a deduplication id')
    expect(checkMessage(plain, draft({messageGroupId: 'g', messageDeduplicationId: 'd'}))).toBe(1)
    expect(checkMessage(content, draft({messageGroupId: 'g'}))).toBe(1)
    expect(checkMessage(topic('pay.fifo'), draft({messageGroupId: 'g'}))).toBe(1)
  })
})
