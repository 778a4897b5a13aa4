import {integer, list, string, structure, timestamp, type ServiceModel} from './shape.js'

const credentials = structure({
  AccessKeyId: string,
  SecretAccessKey: string,
  SessionToken: string,
  Expiration: timestamp,
})

/** STS 2011-06-15, the calls that a command-line client makes. */
export const stsModel: ServiceModel = {
  name: 'sts',
  protocols: ['query'],
  operations: new Map([
    [
      'AssumeRole',
      {
        input: structure({
          RoleArn: string,
          RoleSessionName: string,
          DurationSeconds: integer,
          ExternalId: string,
          Policy: string,
          PolicyArns: list(structure({arn: string})),
          SerialNumber: string,
          SourceIdentity: string,
          Tags: list(structure({Key: string, Value: string})),
          TokenCode: string,
          TransitiveTagKeys: list(string),
        }),
        output: structure({
          Credentials: credentials,
          AssumedRoleUser: structure({AssumedRoleId: string, Arn: string}),
          SourceIdentity: string,
        }),
      },
    ],
    ['GetCallerIdentity', {input: structure({}), output: structure({UserId: string, Account: string, Arn: string})}],
    [
      'GetSessionToken',
      {
        input: structure({DurationSeconds: integer, SerialNumber: string, TokenCode: string}),
        output: structure({Credentials: credentials}),
      },
    ],
  ]),
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
}
