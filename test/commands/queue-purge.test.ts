import {describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)

async function fullQueue(): Promise<string> {
  const {QueueUrl = ''} = await sqs.createQueue({QueueName: 'scratch'})
  for (const MessageBody of ['a', 'b', 'c']) await sqs.sendMessage({QueueUrl, MessageBody})
  await sqs.receiveMessage({QueueUrl})
  return QueueUrl
}

async function total(url: string): Promise<number> {
  const {Attributes = {}} = await sqs.getQueueAttributes({QueueUrl: url, AttributeNames: ['All']})
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
}

const purged = () => operations(cli.sandbox).includes('PurgeQueue')

describe('msgops queue purge', () => {
  it('is not confirmed by --yes: exit 7, nothing changed, the exact command', async () => {
    const url = await fullQueue()
    const {code, document} = await cli.json(['queue', 'purge', 'scratch', '--yes'])
    expect(code).toBe(7)
    expect(document.error).toMatchObject({
      code: 'ConfirmationRequired',
      suggestions: ['To confirm, run: msgops queue purge scratch --yes --json --confirm scratch'],
    })
    expect({purged: purged(), left: await total(url)}).toEqual({purged: false, left: 3})
  })

  it('is not confirmed by another name', async () => {
    const url = await fullQueue()
    const {code} = await cli.json(['queue', 'purge', 'scratch', '--confirm', 'scratch-2'])
    expect({code, purged: purged(), left: await total(url)}).toEqual({code: 7, purged: false, left: 3})
  })

  it('deletes everything with --confirm NAME, in flight included, and says until when', async () => {
    const url = await fullQueue()
    const {code, document} = await cli.json(['queue', 'purge', 'scratch', '--confirm', 'scratch'])
    expect(code).toBe(0)
    expect(document).toMatchObject({
      queue: {name: 'scratch'},
      dryRun: false,
      accountId: '000000000000',
      region: 'us-east-1',
      approximateNumberOfMessages: 2,
      approximateNumberOfMessagesNotVisible: 1,
    })
    expect(await total(url)).toBe(0)
  })

  it('asks for the name in a terminal, with account, region and counts above', async () => {
    const url = await fullQueue()
    const {code, output} = await cli.terminal(['queue', 'purge', 'scratch', '--grace', '0', '--no-color'], {
      answers: [['Type scratch to confirm: ', 'scratch\r']],
    })
    expect(code).toBe(0)
    expect(output).toContain('Account: 000000000000, region us-east-1')
    expect(output).toContain('about 2 visible, 1 in flight and 0 delayed messages. There is no undo.')
    expect(await total(url)).toBe(0)
  })

  it.each(['y\r', 'Scratch\r', '\r', '\u0004'])('a wrong answer (%j) changes nothing: exit 7', async typed => {
    const url = await fullQueue()
    const {code} = await cli.terminal(['queue', 'purge', 'scratch', '--grace', '0'], {
      answers: [['Type scratch to confirm: ', typed]],
    })
    expect({code, purged: purged(), left: await total(url)}).toEqual({code: 7, purged: false, left: 3})
  })

  it('can still be stopped in the seconds after: exit 130, nothing changed', async () => {
    const url = await fullQueue()
    const {code} = await cli.terminal(['queue', 'purge', 'scratch', '--confirm', 'scratch', '--grace', '1h'], {
      answers: [['Ctrl-C stops it', '\u0003']],
    })
    expect({code, purged: purged(), left: await total(url)}).toEqual({code: 130, purged: false, left: 3})
  })

  it('a second purge within a minute is told: exit 6', async () => {
    await fullQueue()
    await cli.piped(['queue', 'purge', 'scratch', '--confirm', 'scratch'])
    const {code, document} = await cli.json(['queue', 'purge', 'scratch', '--confirm', 'scratch'])
    expect(code).toBe(6)
    expect(document.error).toMatchObject({code: 'PurgeQueueInProgress'})
  })

  it('--dry-run and --read-only delete nothing', async () => {
    const url = await fullQueue()
    const dry = await cli.json(['queue', 'purge', 'scratch', '--dry-run'])
    expect(dry.document).toMatchObject({dryRun: true, approximateNumberOfMessages: 2})
    const readOnly = await cli.json(['queue', 'purge', 'scratch', '--confirm', 'scratch', '--read-only'])
    expect(readOnly.code).toBe(7)
    expect({purged: purged(), left: await total(url)}).toEqual({purged: false, left: 3})
  })
})
