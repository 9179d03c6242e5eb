import { describe, expect, test } from 'vitest'
import { awsSettings } from '../../src/settings/aws-settings.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import { settingsFor, thrownBy } from './settings-for.ts'

const CONFIG = {
  environments: {
    prod: {
      region: 'ap-southeast-1',
      profile: 'desk-prod',
      kms_key: 'alias/desk',
      tags: { team: 'mm' },
    },
  },
}
const SHELL = { AWS_REGION: 'eu-west-1', AWS_PROFILE: 'daily' }

describe('where the secrets of an environment are on AWS', () => {
  test('is what config.json says of it, whatever the shell has for all', () => {
    expect(awsSettings(settingsFor(SHELL, CONFIG), 'prod')).toEqual({
      region: 'ap-southeast-1',
      regionFrom: 'config.json',
      profile: 'desk-prod',
      profileFrom: 'config.json',
      kmsKey: 'alias/desk',
      tags: { team: 'mm' },
    })
  })

  test('is what the shell has where config.json says nothing of it', () => {
    expect(awsSettings(settingsFor(SHELL, CONFIG), 'shadow')).toEqual({
      region: 'eu-west-1',
      regionFrom: 'variable',
      profile: 'daily',
      profileFrom: 'variable',
      kmsKey: null,
      tags: {},
    })
  })

  test('is left to the SDK where neither says anything', () => {
    expect(awsSettings(settingsFor({}, CONFIG), 'dev')).toMatchObject({
      region: null,
      regionFrom: null,
      profile: null,
      profileFrom: null,
    })
  })
})

describe('AWS_DEFAULT_REGION', () => {
  test('counts where AWS_REGION is not set', () => {
    expect(settingsFor({ AWS_DEFAULT_REGION: 'eu-west-2' }).region).toBe('eu-west-2')
    expect(settingsFor({ AWS_DEFAULT_REGION: 'eu-west-2', AWS_REGION: '' }).region).toBe(
      'eu-west-2',
    )
    expect(settingsFor({ AWS_DEFAULT_REGION: 'eu-west-2', AWS_REGION: 'eu-west-1' }).region).toBe(
      'eu-west-1',
    )
  })

  test('is told when it is malformed, although AWS_REGION counts', () => {
    const env = { AWS_DEFAULT_REGION: 'eu west', AWS_REGION: 'eu-west-1' }
    expect(thrownBy(() => settingsFor(env)).message).toContain('AWS_DEFAULT_REGION')
  })
})

describe('HOME, below which the SDK looks for profiles', () => {
  const aws = { SECRETS_BACKEND: 'aws', MM_SECRETS_HOME: '/srv/secrets' }

  test.each(['', '.', 'repository'])(
    'may not be %j, which is a folder of whoever wrote the repository',
    (home) => {
      expect(thrownBy(() => settingsFor({ ...aws, HOME: home }))).toMatchObject({
        code: 'CONFIG',
        message: 'HOME is not an absolute path.',
      })
      expect(() => settingsFor({ ...aws, SECRETS_BACKEND: 'file', HOME: home })).not.toThrow()
    },
  )

  test('may be empty or unset where something else says where the home is', () => {
    expect(() => parseSettings(aws, {}, 'linux')).not.toThrow()
    const windows = { ...aws, MM_SECRETS_HOME: 'C:\\secrets' }
    expect(() => parseSettings({ ...windows, HOME: '' }, {}, 'win32')).not.toThrow()
    expect(() => parseSettings({ ...windows, HOME: 'C:\\Users\\ada' }, {}, 'win32')).not.toThrow()
  })
})
