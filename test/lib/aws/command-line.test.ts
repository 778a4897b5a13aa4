import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {awsCliCommand, opsCommand} from '../../../src/lib/aws/command-line.js'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import type {ConnectionOptions} from '../../../src/lib/aws/connect.js'
import {ENV} from './connection.js'

const FILE = path.join(mkdtempSync(path.join(tmpdir(), 'msgops-profiles-')), 'config')
writeFileSync(FILE, '[profile on call]\nregion = eu-west-3\nendpoint_url = https://proxy.example.com\n')
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:orders'

const cases: [string, Partial<ConnectionOptions>, {ops: string; sns: string}][] = [
  [
    'names a region of the environment to the AWS CLI alone',
    {},
    {ops: 'msgops topic show orders', sns: `aws sns delete-topic --topic-arn ${TOPIC} --region eu-west-1`},
  ],
  [
    'repeats what was typed, quoted',
    {profile: 'on call', region: 'us-east-1', endpointUrl: 'http://127.0.0.1:5404', env: {AWS_CONFIG_FILE: FILE}},
    {
      ops: "msgops topic show orders --profile 'on call' --region us-east-1 --endpoint-url http://127.0.0.1:5404",
      sns: `aws sns delete-topic --topic-arn ${TOPIC} --profile 'on call' --region us-east-1 --endpoint-url http://127.0.0.1:5404`,
    },
  ],
  [
    'leaves to the environment of msgops what it says, and tells it the AWS CLI, which does not read it',
    {
      profile: 'on call',
      region: 'us-east-1',
      env: {AWS_CONFIG_FILE: FILE, MSGOPS_PROFILE: 'on call', MSGOPS_REGION: 'us-east-1'},
    },
    {
      ops: 'msgops topic show orders',
      sns: `aws sns delete-topic --topic-arn ${TOPIC} --profile 'on call' --region us-east-1 --endpoint-url https://proxy.example.com`,
    },
  ],
  [
    'takes the endpoint of the service that is asked for, and leaves AWS_PROFILE to be read again',
    {env: {AWS_CONFIG_FILE: FILE, AWS_PROFILE: 'on call', AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:5405'}},
    {
      ops: 'msgops topic show orders',
      sns: `aws sns delete-topic --topic-arn ${TOPIC} --region eu-west-3 --endpoint-url http://127.0.0.1:5405`,
    },
  ],
  [
    'stays in the sandbox, with its credentials',
    {sandbox: true, env: {...ENV, AWS_PROFILE: 'prod', MSGOPS_SANDBOX_URL: 'http://127.0.0.1:5406'}},
    {
      ops: 'msgops topic show orders --sandbox',
      sns: `AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox aws sns delete-topic --topic-arn ${TOPIC} --region us-east-1 --endpoint-url http://127.0.0.1:5406`,
    },
  ],
]

describe('a command line to type', () => {
  it.each(cases)('%s', (_, options, {ops, sns}) => {
    const aws = createAwsContext({sandbox: false, readOnly: false, env: ENV, ...options})
    expect(opsCommand(aws, ['topic', 'show', 'orders'])).toBe(ops)
    expect(awsCliCommand(aws, 'sns', ['delete-topic', '--topic-arn', TOPIC])).toBe(sns)
  })
})
