import {echo} from './echo.js'
import type {Handlers, LambdaHandler} from './handler.js'
import {orderConsumer} from './order-consumer.js'

const BUILT_IN: Readonly<Record<string, LambdaHandler>> = {echo, 'order-consumer': orderConsumer}

/** The handlers of the local AWS, and those that whoever starts it in process brings along; theirs win. */
export function handlersWith(own: Readonly<Record<string, LambdaHandler>> = {}): Handlers {
  return new Map(Object.entries({...BUILT_IN, ...own}))
}

/** The handler that a function's Handler names: `order-consumer`, or `order-consumer.handler` as it is written for Node.js. */
export function findHandler(handlers: Handlers, name: string): LambdaHandler | undefined {
  const dot = name.lastIndexOf('.')
  return handlers.get(name) ?? (dot === -1 ? undefined : handlers.get(name.slice(0, dot)))
}
