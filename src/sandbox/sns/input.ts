/** Decoded members of a request, or of one batch entry; the query codec has given each the type of the service model. */
export type Input = Readonly<Record<string, unknown>>

export function text(input: Input, name: string): string | undefined {
  return input[name] as string | undefined
}

/** A map of texts, empty when absent. */
export function textMap(input: Input, name: string): Readonly<Record<string, string>> {
  return (input[name] ?? {}) as Readonly<Record<string, string>>
}

/** A list of texts, empty when absent. */
export function textList(input: Input, name: string): readonly string[] {
  return (input[name] ?? []) as readonly string[]
}

/** A list of structures, empty when absent. */
export function structures(input: Input, name: string): readonly Input[] {
  return (input[name] ?? []) as readonly Input[]
}
