/** An endpoint as people call it: a queue's name, a function's with its version or alias, an address as it is. Pure. */
export function endpointName(endpoint: string): string {
  if (!endpoint.startsWith('arn:')) return endpoint
  const [, , service, , , ...resource] = endpoint.split(':')
  // A function's ARN says that it is one: function:orders:prod.
  return (service === 'lambda' ? resource.slice(1) : resource).join(':')
}

/**
 * The name of an endpoint, with its account and region where they are not the topic's: SNS delivers across both, and the names of two endpoints
 * of a topic can be equal. Pure.
 */
export function placedName(endpoint: string, topicArn: string): string {
  const name = endpointName(endpoint)
  if (!endpoint.startsWith('arn:')) return name
  const [region, account] = endpoint.split(':').slice(3, 5)
  const [topicRegion, topicAccount] = topicArn.split(':').slice(3, 5)
  const elsewhere = [...(account === topicAccount ? [] : [account]), ...(region === topicRegion ? [] : [region])]
  return elsewhere.length === 0 ? name : `${name} (${elsewhere.join(', ')})`
}
