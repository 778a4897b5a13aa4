import {spawn} from 'node:child_process'

export interface Moto {
  readonly url: string
  stop(): Promise<void>
}

/** Starts the moto_server of the PATH on a free loopback port; undefined where there is none that runs. */
export async function startMoto(): Promise<Moto | undefined> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {stdio: ['ignore', 'ignore', 'pipe']})
  const ended = new Promise<void>(resolve => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  const url = await new Promise<string | undefined>(resolve => {
    let said = ''
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (chunk: string) => {
      said += chunk
      const match = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)
      if (match !== null) resolve(match[1])
    })
    void ended.then(() => resolve(undefined))
  })
  if (url === undefined) return undefined
  return {
    url,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
