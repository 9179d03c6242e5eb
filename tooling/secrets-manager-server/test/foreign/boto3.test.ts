import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { describeWith } from '@mm-secrets/vitest-config'
import { expect, it } from 'vitest'

import { start } from '../client/with-server.ts'
import { awsEnv } from './aws-env.ts'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('boto3_client.py', import.meta.url))

const isBatch = (found: unknown): boolean =>
  JSON.stringify(found) === '["mm-bot/test/boto3"]' ||
  String(found).startsWith('unknown to boto3 1.')

describeWith('boto3', 'boto3', (python) => {
  it('is signed for, answered and paged as by AWS', async () => {
    const { server } = await start()
    const { stdout } = await run(python, [SCRIPT], { env: awsEnv(server.url) })
    expect(JSON.parse(stdout)).toEqual({
      version: true,
      binary: true,
      date: true,
      stages: true,
      tagged: 200,
      pages: [100, 100, 30],
      // Of 2023 and later.
      batch: expect.toSatisfy(isBatch) as unknown,
      errors: [
        'ResourceNotFoundException',
        'ResourceExistsException',
        'InvalidParameterException',
        'InvalidParameterException',
        'InvalidNextTokenException',
        'InvalidRequestException',
        'InvalidSignatureException',
      ],
      identity: 'arn:aws:iam::123456789012:user/test',
    })
  })
})
