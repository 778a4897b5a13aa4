import type {Block} from './view.js'

/** Turns the blocks of a view into text without the last newline; `''` when there is nothing to show. */
export type BlockRenderer = (blocks: readonly Block[]) => string
