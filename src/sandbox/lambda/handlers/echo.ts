import type {LambdaHandler} from './handler.js'

/** Answers with the event. */
export const echo: LambdaHandler = event => event
