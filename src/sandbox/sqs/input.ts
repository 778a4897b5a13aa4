import {malformedInput, missingParameter} from './errors.js'

/** Decoded input members of a request or of one batch entry, by their names in the service model. */
export type Input = Readonly<Record<string, unknown>>

/** A string member; undefined when absent; SerializationException for another type. */
export function text(input: Input, name: string): string | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw malformedInput(name, 'a string')
  return value
}

/** A required string member that is not empty; MissingRequiredParameterException when it is not there. */
export function requiredText(input: Input, name: string): string {
  const value = text(input, name)
  if (value === undefined || value === '') throw missingParameter(name)
  return value
}

/** An integer member; undefined when absent. */
export function integer(input: Input, name: string): number | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value)) throw malformedInput(name, 'an integer')
  return value
}

/** A blob member as the codec decoded it. */
export function bytes(input: Input, name: string): Buffer | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  if (!(value instanceof Uint8Array)) throw malformedInput(name, 'a blob')
  return Buffer.isBuffer(value) ? value : Buffer.from(value)
}

/** A list of strings, empty when absent. */
export function textList(input: Input, name: string): readonly string[] {
  const value = input[name]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every(item => typeof item === 'string'))
    throw malformedInput(name, 'a list of strings')
  return value
}

/** A map of strings, empty when absent. */
export function textMap(input: Input, name: string): Readonly<Record<string, string>> {
  const map = structure(input, name) ?? {}
  for (const key of Object.keys(map)) if (typeof map[key] !== 'string') throw malformedInput(name, 'a map of strings')
  return map as Readonly<Record<string, string>>
}

/** A structure or map member. */
export function structure(input: Input, name: string): Input | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw malformedInput(name, 'a structure')
  return value as Input
}

/** A list of structures, empty when absent. */
export function structures(input: Input, name: string): readonly Input[] {
  const value = input[name]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every(item => typeof item === 'object' && item !== null))
    throw malformedInput(name, 'a list of structures')
  return value as Input[]
}
