/** What a redrive must know again to the end, message by message, without keeping it in memory as text. */
export interface Seen {
  /** The bits marked for the id, 0 when there are none. */
  get(id: string): number
  /** Adds bits (1 to 255) to those of the id. */
  mark(id: string, bits: number): void
}
