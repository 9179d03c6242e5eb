import { expect, test } from 'vitest'
import { ENVIRONMENTS } from '../../src/credential/exchange.ts'
import { breakGlassWarning, isBreakGlass } from '../../src/settings/break-glass.ts'
import { BACKENDS } from '../../src/settings/settings.ts'

test('break-glass is prod on the memory backend, and nothing else', () => {
  const found = BACKENDS.flatMap((backend) =>
    ENVIRONMENTS.filter((env) => isBreakGlass({ backend }, env)).map((env) => [backend, env]),
  )
  expect(found).toEqual([['memory', 'prod']])
})

test('the warning is one loud line', () => {
  expect(breakGlassWarning('prod')).toMatch(
    /^BREAK-GLASS: .*\bprod\b.*SECRETS_BACKEND=memory[^\n]*$/,
  )
})
