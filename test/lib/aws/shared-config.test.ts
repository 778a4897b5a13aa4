import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {loadSharedConfig, parseIni} from '../../../src/lib/aws/shared-config.js'
import {refusal} from './connection.js'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'msgops-aws-'))
  mkdirSync(join(home, '.aws'))
})
afterEach(() => rmSync(home, {recursive: true}))

const file = (name: string, text: string) => writeFileSync(join(home, '.aws', name), text)
const settings = (map: ReadonlyMap<string, string> | undefined) => map && Object.fromEntries(map)

describe('parseIni', () => {
  it('reads sections, comments and nested settings as the SDKs do', () => {
    const sections = parseIni(
      [
        '# comment',
        'stray = ignored',
        '[default]',
        'region = eu-west-1 ; trailing',
        'role_arn=arn:aws:iam::1:role/a=b#c',
        'key with space = v # comment',
        '; comment',
        '[services local]\r',
        'sqs =',
        '  endpoint_url = http://127.0.0.1:4747',
        's3 =',
        '\tendpoint_url = http://127.0.0.1:9000',
        'endpoint_url = http://127.0.0.1:1',
        'no equals here',
        '= no name',
      ].join('\n'),
    )
    expect(settings(sections.get('default'))).toEqual({
      region: 'eu-west-1',
      role_arn: 'arn:aws:iam::1:role/a=b#c',
      'key with space': 'v',
    })
    expect(settings(sections.get('services local'))).toEqual({
      'sqs.endpoint_url': 'http://127.0.0.1:4747',
      's3.endpoint_url': 'http://127.0.0.1:9000',
      endpoint_url: 'http://127.0.0.1:1',
    })
    expect([...sections.keys()]).toEqual(['default', 'services local'])
  })

  it('takes a profile called __proto__ for a name like any other', () => {
    expect(settings(parseIni('[profile __proto__]\nregion = x').get('profile __proto__'))).toEqual({region: 'x'})
  })
})

describe('loadSharedConfig', () => {
  it('merges both files, the credentials file winning, and tells kinds of sections apart', () => {
    file(
      'config',
      '[default]\nregion = us-east-1\n[profile prod]\nregion = eu-west-1\nsso_session = corp\n[prod]\nregion = wrong\n[sso-session corp]\nsso_region = eu-west-1\n[services s]\nsqs =\n  endpoint_url = https://a.example\n[profile "quoted"]\nregion = ap-south-1\n',
    )
    file('credentials', '[prod]\naws_access_key_id = A\nregion = eu-west-2\n[ci]\naws_access_key_id = B\n')
    const config = loadSharedConfig({HOME: home})
    expect([...config.profiles.keys()].sort()).toEqual(['ci', 'default', 'prod', 'quoted'])
    expect(settings(config.profiles.get('prod'))).toEqual({
      region: 'eu-west-2',
      sso_session: 'corp',
      aws_access_key_id: 'A',
    })
    expect(settings(config.ssoSessions.get('corp'))).toEqual({sso_region: 'eu-west-1'})
    expect(settings(config.services.get('s'))).toEqual({'sqs.endpoint_url': 'https://a.example'})
  })

  it('takes missing files for empty ones', () => {
    expect(loadSharedConfig({HOME: join(home, 'nobody')}).profiles.size).toBe(0)
  })

  it('follows AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, with ~', () => {
    writeFileSync(join(home, 'other'), '[profile x]\nregion = eu-west-3\n')
    const config = loadSharedConfig({
      HOME: home,
      AWS_CONFIG_FILE: '~/other',
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
    })
    expect(config.profiles.get('x')?.get('region')).toBe('eu-west-3')
    expect(config.configPath).toBe(join(home, 'other'))
  })

  it('refuses to pass over a file that it cannot read', () => {
    mkdirSync(join(home, '.aws', 'config'))
    expect(refusal(() => loadSharedConfig({HOME: home}))).toMatchObject({code: 'ConfigUnreadable', exitCode: 2})
  })
})
