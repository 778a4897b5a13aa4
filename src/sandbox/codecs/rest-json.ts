import {needsTranslation, type Operation, type RestBinding, type ServiceModel, type Shape} from '../models/shape.js'
import {AwsError} from '../service.js'
import type {WireReply, WireRequest} from '../wire.js'
import type {Codec} from './codec.js'
import {parseJson, readJson, writeJson} from './json-value.js'

type Members = Record<string, unknown>

/** REST-JSON: the operation in method and path, members in path, query, headers and a JSON body, the error's name in a header. */
export const restJsonCodec: Codec = {
  decode(request, model) {
    const {action, operation, rest, labels, query} = find(request, model)
    const body = rest.payload === undefined ? bodyOf(operation, rest, request.body) : {[rest.payload]: request.body}
    return {
      action,
      operation,
      input: {
        ...body,
        ...fromQuery(operation, rest, query),
        ...fromHeaders(operation, rest, request.headers),
        ...labels,
      },
    }
  },

  success(call, output, _model, requestId) {
    const {operation} = call
    const {rest, output: shape} = operation
    if (!rest) throw new Error(`${call.action} has no REST binding`)
    const headers: Record<string, string> = {'content-type': 'application/json', 'x-amzn-requestid': requestId}
    const rests: Members = {}
    let {status} = rest
    for (const [member, value] of Object.entries(output)) {
      const header = rest.headers?.[member]
      if (value === undefined || value === null) continue
      if (member === rest.statusMember) status = value as number
      else if (header !== undefined) headers[header] = typeof value === 'string' ? value : JSON.stringify(value)
      else if (member !== rest.payload) rests[member] = value
    }
    return {status, headers, body: shape ? answerBody(shape, rest, output, rests) : ''}
  },

  failure(error, model, requestId) {
    const {status = 400, fault = status < 500 ? 'Sender' : 'Receiver', details} = error.options
    const known = model?.errorMessages?.get(error.code)
    const member = known ?? (error.code === 'AccessDeniedException' ? 'Message' : 'message')
    return {
      status,
      headers: {'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code},
      body: JSON.stringify({
        ...details,
        ...(known && {Type: fault === 'Sender' ? 'User' : 'Service'}),
        [member]: error.message,
      }),
    }
  },
}

interface Found {
  readonly action: string
  readonly operation: Operation
  readonly rest: RestBinding
  readonly labels: Readonly<Record<string, string>>
  readonly query: URLSearchParams
}

/** The operation of a method and path. Throws UnknownOperationException where the model has none. */
function find({method, target}: WireRequest, model: ServiceModel): Found {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const segments = path.replace(/\/$/, '').split('/')
  for (const [action, operation] of model.operations) {
    const {rest} = operation
    if (rest?.method !== method) continue
    const labels = fit(rest.uri.split('/'), segments)
    if (labels)
      return {action, operation, rest, labels, query: new URLSearchParams(mark === -1 ? '' : target.slice(mark))}
  }
  throw new AwsError(
    'UnknownOperationException',
    `The local AWS has no operation of ${model.name} at ${method} ${path}. It has: ${[...model.operations.keys()].join(', ')}.`,
    {status: 404},
  )
}

/** What the labels of a template stand for in a path; undefined where the path is another's. */
function fit(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined
  const labels: Record<string, string> = {}
  for (const [position, part] of template.entries()) {
    const segment = segments[position] ?? ''
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined
    } else if (segment === '') return undefined
    else labels[part.slice(1, -1)] = decodeLabel(segment)
  }
  return labels
}

function decodeLabel(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new AwsError('SerializationException', 'The path is not valid percent-encoded UTF-8.')
  }
}

function bodyOf({input}: Operation, {headers = {}, query = {}, uri}: RestBinding, body: Buffer): Members {
  const members = readJson(input, parseJson(body)) as Members
  // A member that has its place elsewhere is none of the body's.
  const elsewhere = (name: string) => name in headers || name in query || uri.includes(`{${name}}`)
  return Object.fromEntries(Object.entries(members).filter(([name]) => !elsewhere(name)))
}

function fromQuery({input}: Operation, {query = {}}: RestBinding, given: URLSearchParams): Members {
  const members: Members = {}
  for (const [member, name] of Object.entries(query)) {
    const shape = input.members.get(member)
    const values = given.getAll(name)
    const [first] = values
    if (shape === undefined || first === undefined) continue
    members[member] = shape.kind === 'list' ? values : scalarOf(shape, first, member)
  }
  return members
}

function fromHeaders(
  {input}: Operation,
  {headers = {}}: RestBinding,
  given: Readonly<Record<string, string | string[] | undefined>>,
): Members {
  const members: Members = {}
  for (const [member, name] of Object.entries(headers)) {
    const shape = input.members.get(member)
    const value = given[name]
    if (shape !== undefined && typeof value === 'string') members[member] = scalarOf(shape, value, member)
  }
  return members
}

function scalarOf(shape: Shape, text: string, member: string): unknown {
  if (shape.kind === 'integer') {
    if (/^[+-]?\d{1,15}$/.test(text)) return Number(text)
    throw new AwsError('SerializationException', `${member} is ${text}, which is no Integer.`)
  }
  if (shape.kind === 'boolean') return text === 'true'
  return text
}

function answerBody(
  shape: Shape,
  {payload}: RestBinding,
  output: Readonly<Record<string, unknown>>,
  members: Members,
): WireReply['body'] {
  if (payload !== undefined) {
    const bytes = output[payload] as Uint8Array | undefined
    return bytes ? Buffer.from(bytes).toString('utf8') : ''
  }
  return JSON.stringify(needsTranslation(shape) ? writeJson(shape, members) : members)
}
