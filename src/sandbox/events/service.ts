import {AwsError, type Service, type ServiceRequest} from '../service.js'
import {testEventPattern} from './test-event-pattern.js'

/** EventBridge, as far as it can be asked without a bus. It keeps nothing. */
export class EventsService implements Service {
  readonly name = 'events'

  handle(request: ServiceRequest): Promise<Readonly<Record<string, unknown>>> {
    // Synchronous work that rejects rather than throws.
    return new Promise(resolve => resolve(answer(request)))
  }

  status(): Readonly<Record<string, never>> {
    return {}
  }

  reset(): void {
    // There is nothing to forget.
  }
}

function answer({action, input}: ServiceRequest): Readonly<Record<string, unknown>> {
  if (action === 'TestEventPattern') return testEventPattern(input)
  throw new AwsError('UnknownOperationException', `events has no operation ${action}.`)
}
