import { describe, expect, test } from 'vitest'
import { settingsFor } from './settings-for.ts'

const AWS = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_CLOUDTRAIL',
  'AWS_ENDPOINT_URL_SSO',
  'AWS_ENDPOINT_URL_SSO_OIDC',
  'AWS_ENDPOINT_URL_SIGNIN',
]
const LOOPBACK = [
  'http://127.0.0.1:5000',
  'http://127.9.9.9',
  'http://0x7f.1:5000',
  'http://localhost:4566',
  'http://[::1]:5000',
]
const ELSEWHERE = [
  'http://10.0.0.7:5000',
  'http://localstack:4566',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://[::2]',
  'http://0.0.0.0:5000',
]
const MALFORMED = ['127.0.0.1:5000', 'ftp://127.0.0.1', 'https://', 'http://desk:word@127.0.0.1']

describe.each(AWS)('%s', (name) => {
  test.each([...LOOPBACK, 'https://vpce-1.secretsmanager.eu-west-1.vpce.amazonaws.com'])(
    'may be %s',
    (url) => {
      expect(() => settingsFor({ [name]: url })).not.toThrow()
    },
  )

  test.each([...ELSEWHERE, ...MALFORMED])(
    'may not be %s, where secrets would travel in clear',
    (url) => {
      expect(() => settingsFor({ [name]: url })).toThrow(
        expect.objectContaining({
          code: 'CONFIG',
          message: expect.stringContaining(`${name} is malformed.`) as string,
        }),
      )
    },
  )
})

describe('MM_EXCHANGE_ENDPOINT', () => {
  test.each([...LOOPBACK, 'https://localhost:8443'])('may be %s', (url) => {
    expect(settingsFor({ MM_EXCHANGE_ENDPOINT: url }).exchangeEndpoint).toBe(new URL(url).origin)
  })

  test.each([...ELSEWHERE, ...MALFORMED, 'https://api.example.com'])('may not be %s', (url) => {
    expect(() => settingsFor({ MM_EXCHANGE_ENDPOINT: url })).toThrow('MM_EXCHANGE_ENDPOINT')
  })
})
