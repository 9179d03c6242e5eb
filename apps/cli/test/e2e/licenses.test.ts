import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const notices = readFileSync(
  new URL('../../dist/THIRD-PARTY-LICENSES.txt', import.meta.url),
  'utf8',
)

test.each(['@aws-sdk/client-secrets-manager', '@clack/prompts', '@stricli/core', 'age-encryption'])(
  'the license of %s goes wherever its code goes',
  (name) => {
    const entry = notices.split(/^-{80}$/m).find((text) => text.trim().startsWith(`${name} `))
    expect(entry).toMatch(/license|redistribution/i)
  },
)

test('our own packages are not third parties', () => {
  expect(notices).not.toMatch(/^(?:@mm-secrets\/|mm-secrets )/m)
})
