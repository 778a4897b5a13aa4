import {
  blob,
  boolean,
  integer,
  list,
  map,
  string,
  structure,
  timestamp,
  type Operation,
  type RestBinding,
  type ServiceModel,
  type Shape,
  type StructureShape,
} from './shape.js'

type Members = Readonly<Record<string, Shape>>

const FUNCTIONS = '/2015-03-31/functions'
const FUNCTION = `${FUNCTIONS}/{FunctionName}`
const INVOKE_CONFIG = '/2019-09-25/functions/{FunctionName}/event-invoke-config'
const TAGS = '/2017-03-31/tags/{Resource}'
const QUALIFIER = {Qualifier: 'Qualifier'}
const PAGE = {Marker: 'Marker', MaxItems: 'MaxItems'}

const settings: Members = {
  Architectures: list(string),
  DeadLetterConfig: structure({TargetArn: string}),
  Description: string,
  Environment: structure({Variables: map(string)}),
  EphemeralStorage: structure({Size: integer}),
  FunctionName: string,
  Handler: string,
  LoggingConfig: structure({
    LogFormat: string,
    ApplicationLogLevel: string,
    SystemLogLevel: string,
    LogGroup: string,
  }),
  MemorySize: integer,
  Role: string,
  Runtime: string,
  Timeout: integer,
  TracingConfig: structure({Mode: string}),
}
const configuration: Members = {
  ...settings,
  CodeSha256: string,
  CodeSize: integer,
  FunctionArn: string,
  LastModified: string,
  LastUpdateStatus: string,
  LastUpdateStatusReason: string,
  LastUpdateStatusReasonCode: string,
  PackageType: string,
  RevisionId: string,
  SnapStart: structure({ApplyOn: string, OptimizationStatus: string}),
  State: string,
  StateReason: string,
  StateReasonCode: string,
  Version: string,
}
const code: Members = {ImageUri: string, S3Bucket: string, S3Key: string, S3ObjectVersion: string, ZipFile: blob}
const named: Members = {FunctionName: string}
const qualified: Members = {FunctionName: string, Qualifier: string}
const destination = structure({Destination: string})
const invokeConfig: Members = {
  DestinationConfig: structure({OnSuccess: destination, OnFailure: destination}),
  MaximumEventAgeInSeconds: integer,
  MaximumRetryAttempts: integer,
}
const shownInvokeConfig: Members = {...invokeConfig, FunctionArn: string, LastModified: timestamp}
const concurrency: Members = {ReservedConcurrentExecutions: integer}

function operation(
  method: RestBinding['method'],
  uri: string,
  input: Members,
  output: StructureShape | undefined,
  binding: Partial<RestBinding> = {},
): Operation {
  const rest = {method, uri, status: output ? 200 : 204, ...binding}
  return {input: structure(input), ...(output && {output}), rest}
}

/** Lambda 2015-03-31, as far as the local AWS has it. */
export const lambdaModel: ServiceModel = {
  name: 'lambda',
  protocols: ['rest-json'],
  operations: new Map<string, Operation>([
    [
      'CreateFunction',
      operation(
        'POST',
        FUNCTIONS,
        {
          ...settings,
          Code: structure(code),
          Layers: list(string),
          PackageType: string,
          Publish: boolean,
          Tags: map(string),
        },
        structure(configuration),
        {status: 201},
      ),
    ],
    [
      'GetFunction',
      operation(
        'GET',
        FUNCTION,
        qualified,
        structure({
          Configuration: structure(configuration),
          Code: structure({RepositoryType: string, Location: string}),
          Tags: map(string),
          Concurrency: structure(concurrency),
        }),
        {query: QUALIFIER},
      ),
    ],
    [
      'GetFunctionConfiguration',
      operation('GET', `${FUNCTION}/configuration`, qualified, structure(configuration), {query: QUALIFIER}),
    ],
    [
      'ListFunctions',
      operation(
        'GET',
        FUNCTIONS,
        {FunctionVersion: string, MasterRegion: string, Marker: string, MaxItems: integer},
        structure({Functions: list(structure(configuration)), NextMarker: string}),
        {query: {...PAGE, FunctionVersion: 'FunctionVersion', MasterRegion: 'MasterRegion'}},
      ),
    ],
    [
      'UpdateFunctionConfiguration',
      operation(
        'PUT',
        `${FUNCTION}/configuration`,
        {...settings, Layers: list(string), RevisionId: string},
        structure(configuration),
      ),
    ],
    [
      'UpdateFunctionCode',
      operation(
        'PUT',
        `${FUNCTION}/code`,
        {...named, ...code, Architectures: list(string), DryRun: boolean, Publish: boolean, RevisionId: string},
        structure(configuration),
      ),
    ],
    ['DeleteFunction', operation('DELETE', FUNCTION, qualified, undefined, {query: QUALIFIER})],
    [
      'Invoke',
      operation(
        'POST',
        `${FUNCTION}/invocations`,
        {...qualified, ClientContext: string, InvocationType: string, LogType: string, Payload: blob},
        structure({
          ExecutedVersion: string,
          FunctionError: string,
          LogResult: string,
          Payload: blob,
          StatusCode: integer,
        }),
        {
          query: QUALIFIER,
          headers: {
            ClientContext: 'x-amz-client-context',
            ExecutedVersion: 'x-amz-executed-version',
            FunctionError: 'x-amz-function-error',
            InvocationType: 'x-amz-invocation-type',
            LogResult: 'x-amz-log-result',
            LogType: 'x-amz-log-type',
          },
          payload: 'Payload',
          statusMember: 'StatusCode',
        },
      ),
    ],
    [
      'AddPermission',
      operation(
        'POST',
        `${FUNCTION}/policy`,
        {
          ...qualified,
          Action: string,
          EventSourceToken: string,
          FunctionUrlAuthType: string,
          Principal: string,
          PrincipalOrgID: string,
          RevisionId: string,
          SourceAccount: string,
          SourceArn: string,
          StatementId: string,
        },
        structure({Statement: string}),
        {status: 201, query: QUALIFIER},
      ),
    ],
    [
      'RemovePermission',
      operation(
        'DELETE',
        `${FUNCTION}/policy/{StatementId}`,
        {...qualified, RevisionId: string, StatementId: string},
        undefined,
        {query: {...QUALIFIER, RevisionId: 'RevisionId'}},
      ),
    ],
    [
      'GetPolicy',
      operation('GET', `${FUNCTION}/policy`, qualified, structure({Policy: string, RevisionId: string}), {
        query: QUALIFIER,
      }),
    ],
    [
      'PutFunctionEventInvokeConfig',
      operation('PUT', INVOKE_CONFIG, {...qualified, ...invokeConfig}, structure(shownInvokeConfig), {
        query: QUALIFIER,
      }),
    ],
    [
      'UpdateFunctionEventInvokeConfig',
      operation('POST', INVOKE_CONFIG, {...qualified, ...invokeConfig}, structure(shownInvokeConfig), {
        query: QUALIFIER,
      }),
    ],
    [
      'GetFunctionEventInvokeConfig',
      operation('GET', INVOKE_CONFIG, qualified, structure(shownInvokeConfig), {query: QUALIFIER}),
    ],
    ['DeleteFunctionEventInvokeConfig', operation('DELETE', INVOKE_CONFIG, qualified, undefined, {query: QUALIFIER})],
    [
      'ListFunctionEventInvokeConfigs',
      operation(
        'GET',
        `${INVOKE_CONFIG}/list`,
        {...named, Marker: string, MaxItems: integer},
        structure({FunctionEventInvokeConfigs: list(structure(shownInvokeConfig)), NextMarker: string}),
        {query: PAGE},
      ),
    ],
    [
      'PutFunctionConcurrency',
      operation(
        'PUT',
        '/2017-10-31/functions/{FunctionName}/concurrency',
        {...named, ...concurrency},
        structure(concurrency),
      ),
    ],
    [
      'GetFunctionConcurrency',
      operation('GET', '/2019-09-30/functions/{FunctionName}/concurrency', named, structure(concurrency)),
    ],
    [
      'DeleteFunctionConcurrency',
      operation('DELETE', '/2017-10-31/functions/{FunctionName}/concurrency', named, undefined),
    ],
    ['ListTags', operation('GET', TAGS, {Resource: string}, structure({Tags: map(string)}))],
    ['TagResource', operation('POST', TAGS, {Resource: string, Tags: map(string)}, undefined)],
    [
      'UntagResource',
      operation('DELETE', TAGS, {Resource: string, TagKeys: list(string)}, undefined, {query: {TagKeys: 'tagKeys'}}),
    ],
  ]),
  errorMessages: new Map([
    ['CodeStorageExceededException', 'message'],
    ['InvalidParameterValueException', 'message'],
    ['InvalidRequestContentException', 'message'],
    ['PolicyLengthExceededException', 'message'],
    ['PreconditionFailedException', 'message'],
    ['RecursiveInvocationException', 'Message'],
    ['ResourceConflictException', 'message'],
    ['ResourceNotFoundException', 'Message'],
    ['ServiceException', 'Message'],
    ['TooManyRequestsException', 'message'],
    ['UnsupportedMediaTypeException', 'message'],
  ]),
}
