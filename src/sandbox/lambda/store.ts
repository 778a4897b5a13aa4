import {parseFunctionArn} from './function-name.js'
import type {LambdaFunction} from './function.js'

/** The functions of one account in one region. */
export class RegionFunctions {
  readonly functions = new Map<string, LambdaFunction>()

  constructor(
    readonly account: string,
    readonly region: string,
  ) {}

  /** Functions in the order of their names. */
  sorted(): readonly LambdaFunction[] {
    return [...this.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

/** All accounts and regions of the local Lambda. */
export class Functions {
  readonly #regions = new Map<string, RegionFunctions>()

  of(account: string, region: string): RegionFunctions {
    const key = `${account}/${region}`
    let functions = this.#regions.get(key)
    if (functions === undefined) this.#regions.set(key, (functions = new RegionFunctions(account, region)))
    return functions
  }

  all(): readonly RegionFunctions[] {
    return [...this.#regions.values()]
  }

  find({account, region, name}: {account: string; region: string; name: string}): LambdaFunction | undefined {
    return this.#regions.get(`${account}/${region}`)?.functions.get(name)
  }

  /** The function of an ARN in any account and region, whatever the qualifier. */
  byArn(arn: string): LambdaFunction | undefined {
    const address = parseFunctionArn(arn)
    return address && this.find(address)
  }

  clear(): void {
    this.#regions.clear()
  }
}
