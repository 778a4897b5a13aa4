/** A partition of AWS with the domains its endpoints live under. */
export interface Partition {
  readonly id: string
  readonly dnsSuffix: string
  /** Domain of the dual-stack endpoints. */
  readonly dualStackDnsSuffix: string
}

const AWS: Partition = {id: 'aws', dnsSuffix: 'amazonaws.com', dualStackDnsSuffix: 'api.aws'}

/** From botocore's partitions.json; a region that matches none belongs to `aws`, as in the SDKs. */
const PARTITIONS: readonly (Partition & {readonly regions: RegExp})[] = [
  {...AWS, regions: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/},
  {
    id: 'aws-cn',
    dnsSuffix: 'amazonaws.com.cn',
    dualStackDnsSuffix: 'api.amazonwebservices.com.cn',
    regions: /^cn-\w+-\d+$/,
  },
  {id: 'aws-us-gov', dnsSuffix: 'amazonaws.com', dualStackDnsSuffix: 'api.aws', regions: /^us-gov-\w+-\d+$/},
  {
    id: 'aws-eusc',
    dnsSuffix: 'amazonaws.eu',
    dualStackDnsSuffix: 'api.amazonwebservices.eu',
    regions: /^eusc-de-\w+-\d+$/,
  },
  {id: 'aws-iso', dnsSuffix: 'c2s.ic.gov', dualStackDnsSuffix: 'api.aws.ic.gov', regions: /^us-iso-\w+-\d+$/},
  {id: 'aws-iso-b', dnsSuffix: 'sc2s.sgov.gov', dualStackDnsSuffix: 'api.aws.scloud', regions: /^us-isob-\w+-\d+$/},
  {
    id: 'aws-iso-e',
    dnsSuffix: 'cloud.adc-e.uk',
    dualStackDnsSuffix: 'api.cloud-aws.adc-e.uk',
    regions: /^eu-isoe-\w+-\d+$/,
  },
  {
    id: 'aws-iso-f',
    dnsSuffix: 'csp.hci.ic.gov',
    dualStackDnsSuffix: 'api.aws.hci.ic.gov',
    regions: /^us-isof-\w+-\d+$/,
  },
]

/** The partition a region belongs to; an unknown region counts as `aws`. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(partition => partition.regions.test(region)) ?? AWS
}

/** Every domain under which an AWS endpoint can live. */
export const AWS_DNS_SUFFIXES: readonly string[] = [
  ...new Set(PARTITIONS.flatMap(partition => [partition.dnsSuffix, partition.dualStackDnsSuffix])),
]
