/** Decoded members of a request; the codec has given each the type of the service model. */
export type Input = Readonly<Record<string, unknown>>

export function text(input: Input, name: string): string | undefined {
  return input[name] as string | undefined
}

export function integer(input: Input, name: string): number | undefined {
  return input[name] as number | undefined
}

/** A map of texts, undefined when absent. */
export function textMap(input: Input, name: string): Readonly<Record<string, string>> | undefined {
  return input[name] as Readonly<Record<string, string>> | undefined
}

/** A list of texts, undefined when absent. */
export function textList(input: Input, name: string): readonly string[] | undefined {
  return input[name] as readonly string[] | undefined
}

export function bytes(input: Input, name: string): Buffer | undefined {
  const value = input[name] as Uint8Array | undefined
  return value && (Buffer.isBuffer(value) ? value : Buffer.from(value))
}

/** A structure, empty when absent. */
export function structure(input: Input, name: string): Input {
  return (input[name] ?? {}) as Input
}
