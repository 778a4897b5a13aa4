/** What a handler knows of its invocation, as far as the local AWS has it; spelled as in the runtime for Node.js. */
export interface HandlerContext {
  readonly awsRequestId: string
  readonly functionName: string
  readonly invokedFunctionArn: string
  readonly environment: Readonly<Record<string, string>>
  /** Milliseconds on the clock of the local AWS until the invocation times out. */
  getRemainingTimeInMillis(): number
  /** Writes a line to the log that Invoke returns with LogType Tail. */
  log(line: string): void
  /** Lets the invocation take this much longer on the clock of the local AWS; past the function's timeout it fails. */
  spend(milliseconds: number): void
}

/**
 * A function's code: it runs in the process of the local AWS, gets the parsed event and answers or throws. A promise is waited for in
 * real time; what answers at once also does so in the middle of `clock advance`, which runs all that is due in one go.
 */
export type LambdaHandler = (event: unknown, context: HandlerContext) => unknown

export type Handlers = ReadonlyMap<string, LambdaHandler>
