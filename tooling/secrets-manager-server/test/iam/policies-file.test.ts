import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parsePoliciesFile } from '../../src/iam/policies-file.ts'
import { PolicyError } from '../../src/iam/policy-error.ts'

const everything = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
}
const key = {
  accessKeyId: 'reader',
  secretAccessKey: 'of-the-reader',
  arn: 'arn:aws:iam::123456789012:user/bots/reader',
  policies: [everything],
}
const file = (fields: object): string => JSON.stringify({ keys: [key], ...fields })
const fileOf = (fields: object): string => file({ keys: [{ ...key, ...fields }] })

function refusal(text: string): string {
  try {
    parsePoliciesFile(text)
  } catch (error) {
    if (error instanceof PolicyError) return error.message
    throw error
  }
  return 'accepted'
}

describe('a file of policies', () => {
  it('gives each key its caller, secret and policies', () => {
    const { accessKeys, attached, missingSecrets } = parsePoliciesFile(file({}))
    expect(missingSecrets).toBe('by-name')
    expect(accessKeys).toEqual([
      {
        accessKeyId: 'reader',
        secretAccessKey: 'of-the-reader',
        arn: key.arn,
        accountId: '123456789012',
        userId: expect.stringMatching(/^AIDA[0-9A-F]{16}$/) as string,
      },
    ])
    expect([...attached.keys()]).toEqual(['reader'])
    expect(attached.get('reader')).toMatchObject({ policies: [{}], boundary: null })
  })

  it('makes a user of a key without an ARN', () => {
    const [first] = parsePoliciesFile(fileOf({ arn: undefined })).accessKeys
    expect(first?.arn).toBe('arn:aws:iam::123456789012:user/reader')
  })

  it('knows temporary credentials of a role, and one id of the role for all of its sessions', () => {
    const role = (session: string) =>
      parsePoliciesFile(
        fileOf({
          arn: `arn:aws:sts::999999999999:assumed-role/bot/${session}`,
          sessionToken: 'of-the-session',
          expiresAt: '2026-11-25T12:00:00Z',
        }),
      ).accessKeys[0]
    expect(role('one')).toMatchObject({
      sessionToken: 'of-the-session',
      expiresAt: Date.parse('2026-11-25T12:00:00Z'),
      accountId: '999999999999',
      userId: expect.stringMatching(/^AROA[0-9A-F]{16}:one$/) as string,
    })
    expect(role('one')?.userId?.slice(0, 20)).toBe(role('two')?.userId?.slice(0, 20))
  })

  it('takes a user id and a boundary as written', () => {
    const parsed = parsePoliciesFile(fileOf({ userId: 'AIDAEXAMPLE', boundary: everything }))
    expect(parsed.accessKeys[0]?.userId).toBe('AIDAEXAMPLE')
    expect(parsed.attached.get('reader')?.boundary?.statements).toHaveLength(1)
  })

  it('is as the README shows it', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const [, example = ''] = /```json\n(.*?)```/s.exec(readme) ?? []
    const { accessKeys, attached } = parsePoliciesFile(example)
    expect(accessKeys.map(({ accessKeyId }) => accessKeyId)).toEqual(['bot', 'owner'])
    expect(attached.get('bot')?.policies).toHaveLength(1)
  })

  const rows: readonly [what: string, text: string, message: string | RegExp][] = [
    ['no keys', '{}', 'keys: a list of access keys is wanted here, not nothing.'],
    ['a list', '[]', 'an object is wanted here, not a list.'],
    [
      'a field that is not known',
      file({ key: 1 }),
      'key: no such field; known: keys, missingSecrets.',
    ],
    ['a number as ARN', fileOf({ arn: 1 }), 'keys[0].arn: a text is wanted here, not a number.'],
    [
      'an end that is no time',
      fileOf({ expiresAt: 'soon' }),
      'keys[0].expiresAt: a time as in 2026-11-25T12:00:00Z is wanted here.',
    ],
    [
      'an ARN of nobody',
      fileOf({ arn: 'arn:aws:s3:::x' }),
      /^keys\[0\]\.arn: .* not 'arn:aws:s3:::x'/,
    ],
    [
      'an access key id with a space',
      fileOf({ accessKeyId: 'a key' }),
      'keys[0].accessKeyId: 3 to 128 letters, digits or underscores are wanted here.',
    ],
    [
      'no secret',
      fileOf({ secretAccessKey: '' }),
      'keys[0].secretAccessKey: a text is wanted here, not an empty text.',
    ],
    [
      'one policy in place of a list',
      fileOf({ policies: everything }),
      'keys[0].policies: a list of policy documents is wanted here, not an object.',
    ],
    [
      'a malformed policy',
      fileOf({ policies: [everything, { ...everything, Statement: {} }] }),
      "keys[0].policies[1].Statement.Effect: 'Allow' or 'Deny' is wanted here.",
    ],
    [
      'a malformed boundary',
      fileOf({ boundary: 'none' }),
      'keys[0].boundary: an object is wanted here, not a string.',
    ],
    ['a key twice', file({ keys: [key, key] }), "keys[1].accessKeyId: 'reader' is there twice."],
    [
      'another rule for missing secrets',
      file({ missingSecrets: 'allowed' }),
      "missingSecrets: 'by-name' or 'denied' is wanted here.",
    ],
  ]

  it.each(rows)('is refused with %s, and the field is named', (_what, text, message) => {
    expect(refusal(text)).toMatch(message instanceof RegExp ? message : literally(message))
  })

  it('shows nothing of a file that is not JSON', () => {
    const message = refusal(`{"secretAccessKey": hunter2}`)
    expect(message).toMatch(/^The file is not JSON: /)
    expect(message).not.toContain('hunter2')
  })
})

function literally(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`)
}
