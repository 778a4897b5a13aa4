import {boolean, string, structure, type ServiceModel} from './shape.js'

/** EventBridge 2015-10-07, as far as the local AWS has it. */
export const eventsModel: ServiceModel = {
  name: 'events',
  protocols: ['json'],
  operations: new Map([
    [
      'TestEventPattern',
      {input: structure({EventPattern: string, Event: string}), output: structure({Result: boolean})},
    ],
  ]),
  targetPrefix: 'AWSEvents',
  jsonVersion: '1.1',
  errorNamespace: 'com.amazonaws.events',
}
