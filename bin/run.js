#!/usr/bin/env node
// Before any import: dependencies choose their fast path by NODE_ENV, and the SDK warns on Node 20 unless told not to.
process.env.NODE_ENV = 'production'
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const [major, minor] = process.versions.node.split('.').map(Number)
const args = process.argv.slice(2)

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`msgops needs Node.js 20.19 or later; this is ${process.version}.\n`)
  process.exitCode = 1
} else if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  // Answered before oclif is loaded: 1.1 x an empty Node process instead of 2 x.
  const {readFileSync} = process.getBuiltinModule('node:fs')
  const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`msgops/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  process.getBuiltinModule('node:module').enableCompileCache?.()
  const {main} = await import('../dist/main.js')
  await main(args)
}
