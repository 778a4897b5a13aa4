import {hash} from 'node:crypto'

/** "If your function is invoked approximately 16 times in the same chain of requests, Lambda stops the next invocation." */
export const LONGEST_CHAIN = 16

const LINEAGE = /(?:^|;)Lineage=(?:\d+:)?[0-9a-z-]+:(\d{1,6})/

/** How many functions ran one because of the other before this one, as the X-Ray header tells it. */
export function chainOf(traceHeader: string | undefined): number {
  return Number(LINEAGE.exec(traceHeader ?? '')?.[1] ?? 0)
}

/** The X-Ray header of what a function's event sets off: the chain is one longer. */
export function traceHeaderOf(requestId: string, functionArn: string, chain: number, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0')
  const digest = hash('sha256', requestId)
  return `Root=1-${seconds}-${digest.slice(0, 24)};Parent=${digest.slice(24, 40)};Sampled=0;Lineage=1:${hash('sha256', functionArn).slice(0, 8)}:${chain + 1}`
}
