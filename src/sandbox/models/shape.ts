/**
 * A service model in a few words: what the codecs must know to turn bytes into typed members and back. One model serves
 * JSON and query/XML alike; names of the older query protocol sit beside the list or map that carries them.
 */
export type Shape = ScalarShape | ListShape | MapShape | StructureShape

export interface ScalarShape {
  readonly kind: 'string' | 'integer' | 'boolean' | 'blob' | 'timestamp'
}

export interface ListShape {
  readonly kind: 'list'
  readonly member: Shape
  /** Query and XML: the elements repeat under this name in place of the list's own; absent, the list wraps `member` elements. */
  readonly flat: string | undefined
}

export interface MapShape {
  readonly kind: 'map'
  readonly value: Shape
  /** Query and XML: the entries repeat under this name; absent, the map wraps `entry` elements. */
  readonly flat: string | undefined
  readonly keyName: string
  readonly valueName: string
}

export interface StructureShape {
  readonly kind: 'structure'
  readonly members: ReadonlyMap<string, Shape>
}

export interface Operation {
  readonly input: StructureShape
  /** Absent: the operation answers with nothing but its request id. */
  readonly output?: StructureShape
  /** REST-JSON only. */
  readonly rest?: RestBinding
}

/** Where REST-JSON puts the members of an operation. What no entry names stands in the JSON body, or fills a `{Label}` of the URI. */
export interface RestBinding {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `/2015-03-31/functions/{FunctionName}`: each label is one whole segment. */
  readonly uri: string
  /** Of a success, unless `statusMember` has another. */
  readonly status: number
  /** Input members by their names in the query string. */
  readonly query?: Readonly<Record<string, string>>
  /** Input and output members by the names of their headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** The blob member that is the whole body, of the request and of the answer alike. */
  readonly payload?: string
  /** The output member that is the HTTP status. */
  readonly statusMember?: string
}

export type Protocol = 'json' | 'query' | 'rest-json'

export interface ServiceModel {
  /** The service in the credential scope. */
  readonly name: string
  readonly protocols: readonly Protocol[]
  readonly operations: ReadonlyMap<string, Operation>
  /** JSON: the word before the dot of `x-amz-target`, the version in the content type, and the namespace of error shapes. */
  readonly targetPrefix?: string
  readonly jsonVersion?: '1.0' | '1.1'
  readonly errorNamespace?: string
  /** JSON services that once spoke query still send the old error code in `x-amzn-query-error`. */
  readonly queryCompatible?: boolean
  readonly xmlNamespace?: string
  /** REST-JSON: how the errors of the model spell their message; these have a `Type` too. Others are written `message`, without. */
  readonly errorMessages?: ReadonlyMap<string, 'message' | 'Message'>
  /** Query: the input member that the path stands for, as in a POST to a queue's URL. */
  readonly pathMember?: string
}

export const string: ScalarShape = {kind: 'string'}
export const integer: ScalarShape = {kind: 'integer'}
export const boolean: ScalarShape = {kind: 'boolean'}
export const blob: ScalarShape = {kind: 'blob'}
export const timestamp: ScalarShape = {kind: 'timestamp'}

/** A list; `flat` is the name its elements repeat under in query and XML. */
export function list(member: Shape, flat?: string): ListShape {
  return {kind: 'list', member, flat}
}

/** A map from strings; the names are those of query and XML. */
export function map(value: Shape, flat?: string, keyName = 'key', valueName = 'value'): MapShape {
  return {kind: 'map', value, flat, keyName, valueName}
}

export function structure(members: Readonly<Record<string, Shape>>): StructureShape {
  return {kind: 'structure', members: new Map(Object.entries(members))}
}

/** The name that a member has in query and XML. */
export function wireName(member: string, shape: Shape): string {
  return (shape.kind === 'list' || shape.kind === 'map') && shape.flat !== undefined ? shape.flat : member
}

const withBlob = new WeakMap<Shape, boolean>()

/** Whether a value of this shape can hold a blob or a time anywhere, which JSON must translate; most answers hold neither. */
export function needsTranslation(shape: Shape): boolean {
  let known = withBlob.get(shape)
  if (known === undefined) {
    known =
      shape.kind === 'blob' ||
      shape.kind === 'timestamp' ||
      (shape.kind === 'list' && needsTranslation(shape.member)) ||
      (shape.kind === 'map' && needsTranslation(shape.value)) ||
      (shape.kind === 'structure' && [...shape.members.values()].some(needsTranslation))
    withBlob.set(shape, known)
  }
  return known
}
