import {isUtf8} from 'node:buffer'
import {wireName, type Shape, type StructureShape} from '../models/shape.js'
import {AwsError} from '../service.js'
import type {WireRequest} from '../wire.js'
import type {Codec} from './codec.js'
import {parseForm, type FormNode} from './form.js'
import {escapeXml, xmlMembers} from './xml.js'

/** AWS query: a form with `Action=` in, XML out. */
export const queryCodec: Codec = {
  decode(request, model) {
    const form = parseForm(queryOf(request.target), bodyText(request.body))
    const action = form.children.get('Action')?.value
    if (action === undefined) throw new AwsError('MissingAction', 'The request must contain the parameter Action.')
    const operation = model.operations.get(action)
    if (!operation) throw new AwsError('InvalidAction', `The action ${action} is not valid for this endpoint.`)
    const input = structureOf(operation.input, form)
    const {pathMember} = model
    const path = pathOf(request)
    if (
      pathMember !== undefined &&
      operation.input.members.has(pathMember) &&
      input[pathMember] === undefined &&
      path !== '/'
    ) {
      input[pathMember] = request.origin + path
    }
    return {action, operation, input}
  },

  success(call, output, model, requestId) {
    const {action, operation} = call
    const result = operation.output
      ? `<${action}Result>${xmlMembers(operation.output.members, output)}</${action}Result>`
      : ''
    return xmlReply(
      200,
      requestId,
      `<${action}Response xmlns="${model.xmlNamespace ?? ''}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
    )
  },

  failure(error, model, requestId) {
    const {status = 400, fault = status < 500 ? 'Sender' : 'Receiver', queryCode = error.code} = error.options
    const namespace = model?.xmlNamespace === undefined ? '' : ` xmlns="${model.xmlNamespace}"`
    return xmlReply(
      status,
      requestId,
      `<ErrorResponse${namespace}><Error><Type>${fault}</Type><Code>${escapeXml(queryCode)}</Code>` +
        `<Message>${escapeXml(error.message)}</Message><Detail/></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    )
  },
}

function xmlReply(status: number, requestId: string, xml: string) {
  return {
    status,
    headers: {'content-type': 'text/xml', 'x-amzn-requestid': requestId},
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
  }
}

function queryOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? '' : target.slice(mark + 1)
}

function pathOf(request: WireRequest): string {
  const mark = request.target.indexOf('?')
  return mark === -1 ? request.target : request.target.slice(0, mark)
}

function bodyText(body: Buffer): string {
  if (!isUtf8(body)) throw new AwsError('MalformedQueryString', 'The request body is not valid UTF-8.')
  return body.toString('utf8')
}

function structureOf(shape: StructureShape, form: FormNode): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [member, memberShape] of shape.members) {
    const child = form.children.get(wireName(member, memberShape))
    if (child) fields[member] = valueOf(memberShape, child, member)
  }
  return fields
}

function valueOf(shape: Shape, form: FormNode, name: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureOf(shape, form)
    case 'list': {
      // An empty list is sent as the bare name with no value.
      if (form.children.size === 0) return []
      const items = shape.flat === undefined ? form.children.get('member') : form
      return items ? numbered(items, name).map(item => valueOf(shape.member, item, name)) : []
    }
    case 'map': {
      const entries = shape.flat === undefined ? form.children.get('entry') : form
      if (!entries) return {}
      return Object.fromEntries(
        numbered(entries, name).map(entry => {
          const key = entry.children.get(shape.keyName)?.value
          const value = entry.children.get(shape.valueName)
          if (key === undefined || !value) {
            throw new AwsError(
              'MissingParameter',
              `The request must contain the parameter ${name}.${key === undefined ? shape.keyName : shape.valueName}.`,
            )
          }
          return [key, valueOf(shape.value, value, name)]
        }),
      )
    }
    default:
      return scalarOf(shape.kind, form.value ?? '', name)
  }
}

function numbered(form: FormNode, name: string): FormNode[] {
  return [...form.children]
    .map(([index, child]) => {
      if (!/^[1-9]\d{0,6}$/.test(index))
        throw new AwsError('MalformedInput', `Key ${index} of ${name} is not a number from 1.`)
      return {index: Number(index), child}
    })
    .sort((a, b) => a.index - b.index)
    .map(({child}) => child)
}

function scalarOf(kind: 'string' | 'integer' | 'boolean' | 'blob' | 'timestamp', text: string, name: string): unknown {
  const wrong = (wanted: string) =>
    new AwsError('InvalidParameterValue', `Value (${text}) for parameter ${name} is invalid. Must be ${wanted}.`)
  switch (kind) {
    case 'string':
      return text
    case 'integer':
      if (!/^[+-]?\d{1,15}$/.test(text)) throw wrong('an integer')
      return Number(text)
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw wrong('true or false')
      return text === 'true'
    case 'blob': {
      const bytes = Buffer.from(text, 'base64')
      if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) throw wrong('base64')
      return bytes
    }
    case 'timestamp': {
      const time = new Date(text)
      if (Number.isNaN(time.getTime())) throw wrong('an ISO 8601 time')
      return time
    }
  }
}
