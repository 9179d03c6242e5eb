import { expect, test } from 'vitest'
import { homeFolder } from '../../src/settings/home.ts'

test.each([
  ['linux', { HOME: '/home/desk' }, '/home/desk/.local/share/mm-secrets'],
  ['freebsd', { HOME: '/home/desk' }, '/home/desk/.local/share/mm-secrets'],
  ['linux', { HOME: '/home/desk', XDG_DATA_HOME: '/data' }, '/data/mm-secrets'],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/mm-secrets'],
  ['darwin', { HOME: '/Users/desk' }, '/Users/desk/Library/Application Support/mm-secrets'],
  ['win32', { LOCALAPPDATA: 'C:\\Users\\desk\\AppData' }, 'C:\\Users\\desk\\AppData\\mm-secrets'],
  ['linux', { MM_SECRETS_HOME: '/srv/../opt/s/' }, '/opt/s'],
  ['win32', { MM_SECRETS_HOME: 'D:\\secrets\\' }, 'D:\\secrets'],
])('on %s with %o the home is %s', (platform, env, home) => {
  expect(homeFolder(env, platform)).toBe(home)
})

test.each(['', 'relative/data'])(
  'XDG_DATA_HOME=%s is ignored, as its specification says',
  (data) => {
    const env = { HOME: '/home/desk', XDG_DATA_HOME: data }
    expect(homeFolder(env, 'linux')).toBe('/home/desk/.local/share/mm-secrets')
  },
)

test.each([
  ['linux', {}, 'HOME is not set'],
  ['linux', { HOME: '' }, 'HOME is not an absolute path'],
  ['darwin', { HOME: 'desk' }, 'HOME is not an absolute path'],
  ['win32', { HOME: 'C:\\Users\\desk' }, 'LOCALAPPDATA is not set'],
])('on %s with %o it asks for a home', (platform, env, message) => {
  expect(() => homeFolder(env, platform)).toThrow(
    expect.objectContaining({
      code: 'CONFIG',
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining('MM_SECRETS_HOME') as string,
    }),
  )
})

test('a relative MM_SECRETS_HOME is refused: it would mean another vault in every folder', () => {
  expect(() => homeFolder({ HOME: '/home/desk', MM_SECRETS_HOME: 'secrets' }, 'linux')).toThrow(
    expect.objectContaining({
      code: 'CONFIG',
      message: 'MM_SECRETS_HOME is malformed. It is not an absolute path.',
    }),
  )
})
