import { describe, expect, it } from 'vitest'

import { describeWith, realPart } from '../src/index.ts'

describeWith('age', 'a suite with a real program', (path) => {
  it('is given its path', () => {
    expect(path).toBe(realPart('age'))
  })
})

describe('the path of a real program', () => {
  it('is absolute or null', () => {
    const path = realPart('tmux')
    expect(path === null || /^(\/|[A-Z]:)/.test(path)).toBe(true)
  })
})
