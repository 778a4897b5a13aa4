import {DEFAULT_ACCOUNT_ID} from '../accounts.js'
import {topicArn, type Player} from './player.js'

/** An archive with nothing in it: what runs is the handler of this name. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])
const NAME = 'order-consumer'

/** The function that books orders. The topic may invoke it, and nobody has subscribed it yet. */
export async function makeFunctions(player: Player): Promise<void> {
  await player.createFunction({
    FunctionName: NAME,
    Description: 'Books the orders that a topic or a queue brings',
    Handler: `${NAME}.handler`,
    Runtime: 'nodejs22.x',
    Role: `arn:aws:iam::${DEFAULT_ACCOUNT_ID}:role/${NAME}`,
    Code: {ZipFile: EMPTY_ZIP},
    Tags: {team: 'checkout'},
  })
  await player.addPermission({
    FunctionName: NAME,
    StatementId: 'orders-topic',
    Action: 'lambda:InvokeFunction',
    Principal: 'sns.amazonaws.com',
    SourceArn: topicArn('orders-topic'),
  })
}
