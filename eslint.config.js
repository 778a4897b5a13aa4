import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/**
 * The layers of the design, held by lint: commands -> lib/<domain> -> lib/aws.
 * All imports inside src are relative, so a folder name in the specifier is the folder that is imported.
 * test/contract/boundaries.test.ts proves each rule with a sample that must fail.
 */
const FRAMEWORKS = {
  regex: '^(@oclif/|ink$|ink/|react$|react/|chalk$|@inquirer/)',
  message: 'A domain knows no framework: return records or events and let commands and lib/output show them.',
}
const COMMANDS = {regex: '/commands/', message: 'Nothing imports a command.'}
const SANDBOX = {regex: '/sandbox/', message: 'Only the sandbox commands and tests import the local AWS.'}
const CLI = {regex: '/cli/', message: 'The command frame sits above the domains.'}
const UI = {regex: '/ui/', message: 'Ink is loaded by the dashboard command alone.'}
const OUTPUT = {regex: '/output/', message: 'Only result.ts of a domain knows how things are shown.'}
const DOMAIN =
  /(?:identity|doctor|queues|dlq|redrive|jobs|topics|filters|events|schedules|streams|consumers|instances|messages|selection)/
    .source
const DOMAINS = {regex: `/${DOMAIN}/`, message: 'lib/aws, lib/output and lib/cli sit below or beside the domains.'}
const AWS_SDK = {regex: '^(@aws-sdk/|@smithy/)', message: 'Pure code: no SDK.'}

const VM = {regex: '^(node:)?vm$', message: 'vm is no sandbox: run no user code.'}

/** ESLint lets the last matching entry win whole, so what holds everywhere is part of each. */
const forbid = (...patterns) => ({'no-restricted-imports': ['error', {patterns: [VM, ...patterns]}]})

export default tseslint.config(
  {ignores: ['dist/**', 'dist.tmp*/**', 'node_modules/**', 'coverage/**', 'test/chaos/**/.*.mjs']},
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    rules: {
      'no-console': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      '@typescript-eslint/no-implied-eval': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', {considerDefaultExhaustiveForUnions: true}],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
      '@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
      '@typescript-eslint/no-unnecessary-condition': ['error', {allowConstantLoopConditions: 'only-allowed-literals'}],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', {ignorePrimitives: {string: true}}],
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    rules: {
      'no-restricted-properties': [
        'error',
        {object: 'process', property: 'exit', message: 'Set process.exitCode in the frame.'},
      ],
      ...forbid(COMMANDS, SANDBOX),
    },
  },
  {files: ['src/commands/**'], rules: forbid(COMMANDS, SANDBOX, AWS_SDK)},
  {files: ['src/commands/sandbox/**'], rules: forbid(COMMANDS, AWS_SDK)},
  {files: ['src/lib/cli/**'], rules: forbid(COMMANDS, SANDBOX, UI, DOMAINS)},
  {
    files: ['src/lib/output/**'],
    rules: forbid(COMMANDS, SANDBOX, UI, DOMAINS, CLI, AWS_SDK, {
      ...FRAMEWORKS,
      regex: '^(@oclif/|ink$|react$|@inquirer/)',
    }),
  },
  {files: ['src/lib/aws/**'], rules: forbid(COMMANDS, SANDBOX, UI, DOMAINS, CLI, OUTPUT, FRAMEWORKS)},
  {
    files: [
      'identity',
      'doctor',
      'queues',
      'dlq',
      'redrive',
      'jobs',
      'topics',
      'events',
      'streams',
      'consumers',
      'instances',
      'messages',
      'selection',
    ].map(d => `src/lib/${d}/**`),
    rules: forbid(COMMANDS, SANDBOX, UI, CLI, OUTPUT, FRAMEWORKS),
  },
  {
    files: ['src/lib/*/result.ts', 'src/lib/*/*/result.ts'],
    rules: forbid(COMMANDS, SANDBOX, UI, CLI, FRAMEWORKS, AWS_SDK),
  },
  {
    files: ['src/lib/filters/**', 'src/lib/schedules/**'],
    ignores: ['src/lib/*/result.ts'],
    rules: forbid(COMMANDS, SANDBOX, UI, CLI, OUTPUT, FRAMEWORKS, AWS_SDK, {
      regex: '^node:|/aws/',
      message: 'Pure code: no I/O, no clock.',
    }),
  },
  {
    files: ['src/sandbox/**'],
    rules: forbid(COMMANDS, UI, CLI, OUTPUT, FRAMEWORKS, AWS_SDK, {
      regex: '/lib/aws/',
      message: 'The local AWS must not share code with the client it is there to test.',
    }),
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {globals: {process: 'readonly', console: 'readonly', URL: 'readonly'}},
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
)
