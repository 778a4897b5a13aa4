import type {AwsError} from '../service.js'
import type {Operation, ServiceModel} from '../models/shape.js'
import type {WireReply, WireRequest} from '../wire.js'

export interface Call {
  readonly action: string
  readonly operation: Operation
  readonly input: Record<string, unknown>
}

/** One AWS wire protocol. ec2query joins as a further object of this type. */
export interface Codec {
  /** Throws AwsError when the operation is not the service's or the bytes do not fit its input. */
  decode(request: WireRequest, model: ServiceModel): Call
  success(call: Call, output: Readonly<Record<string, unknown>>, model: ServiceModel, requestId: string): WireReply
  /** The model is absent when the request never reached a service. */
  failure(error: AwsError, model: ServiceModel | undefined, requestId: string): WireReply
}
