import {boolean, option, string} from '@oclif/core/flags'
import {durationFlag} from './flags.js'
import {CHECK_FORMATS, OUTPUT_FORMATS} from './output-choice.js'

const helpGroup = 'GLOBAL'

const OUTPUT =
  'Form of the result. Without it: a table on a terminal, tab-separated on a pipe. In csv, text that a spreadsheet would run as a formula (= + - @ first) gets a leading apostrophe.'

/** The flags that every command has (design.md section 2). */
export const sharedFlags = {
  profile: string({
    description: 'Profile of the AWS configuration to use; beats credentials in the environment.',
    env: 'MSGOPS_PROFILE',
    helpGroup,
    helpValue: '<name>',
  }),
  region: string({
    description:
      'AWS region. Without it: AWS_REGION, AWS_DEFAULT_REGION, the region of the profile. There is no default.',
    env: 'MSGOPS_REGION',
    helpGroup,
    helpValue: '<region>',
  }),
  'endpoint-url': string({
    description:
      'Send requests to this URL instead of AWS. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> work as well.',
    env: 'MSGOPS_ENDPOINT_URL',
    helpGroup,
    helpValue: '<url>',
  }),
  sandbox: boolean({
    description:
      'Talk to the running local AWS (msgops sandbox start) with its fixed credentials; never reads your profiles.',
    env: 'MSGOPS_SANDBOX',
    helpGroup,
  }),
  output: option({options: OUTPUT_FORMATS})({
    description: OUTPUT,
    env: 'MSGOPS_OUTPUT',
    helpGroup,
  }),
  json: boolean({description: 'The same as --output json.', env: 'MSGOPS_JSON', helpGroup}),
  query: string({
    description: 'JMESPath expression that is applied to the JSON document of the result.',
    env: 'MSGOPS_QUERY',
    helpGroup,
    helpValue: '<jmespath>',
  }),
  'read-only': boolean({
    description: 'Refuse every request that could change something, receiving messages included.',
    env: 'MSGOPS_READ_ONLY',
    helpGroup,
  }),
  yes: boolean({description: 'Answer yes to a y/N question.', env: 'MSGOPS_YES', helpGroup}),
  confirm: string({
    description: 'Consent to an act that cannot be undone, by the name it asks for.',
    helpGroup,
    helpValue: '<name>',
  }),
  'no-input': boolean({
    description: 'Never ask anything; what is not confirmed by a flag is refused.',
    env: 'MSGOPS_NO_INPUT',
    helpGroup,
  }),
  timeout: durationFlag({
    description: 'Give up after this time, e.g. 30, 30s, 2m. Without it a command takes as long as it needs.',
    env: 'MSGOPS_TIMEOUT',
    helpGroup,
    min: 1,
    max: 2_000_000,
  }),
  debug: boolean({
    description: 'Log requests on stderr (no bodies, no credentials) and show the stack of a bug.',
    env: 'MSGOPS_DEBUG',
    helpGroup,
  }),
  'no-color': boolean({description: 'No colour; NO_COLOR does the same.', env: 'MSGOPS_NO_COLOR', helpGroup}),
}

/** `--output` of the commands that check something: JUnit XML as well, for build servers. */
export const checkOutputFlag = {
  output: option({options: CHECK_FORMATS})({
    description: `${OUTPUT} junit is JUnit XML.`,
    env: 'MSGOPS_OUTPUT',
    helpGroup,
  }),
}
