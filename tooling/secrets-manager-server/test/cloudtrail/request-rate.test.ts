import { describe, expect, it } from 'vitest'
import { requestRate } from '../../src/cloudtrail/request-rate.ts'
import { ServiceError } from '../../src/service/service-error.ts'

describe('a rate of two a second', () => {
  const fits = (calls: readonly (readonly [key: string, now: number])[]): boolean[] => {
    const rate = requestRate(2)
    return calls.map(([key, now]) => {
      try {
        rate.count(key, now)
        return true
      } catch (error) {
        if (error instanceof ServiceError && error.code === 'ThrottlingException') return false
        throw error
      }
    })
  }

  it('answers two at once, and then one each half second', () => {
    const calls = [0, 0, 499, 500, 999, 1000].map((now) => ['a', now] as const)
    expect(fits(calls)).toEqual([true, true, false, true, false, true])
  })

  it('never throttles who keeps to it, however unevenly the requests arrive', () => {
    const calls = [0, 510, 995, 1502, 1999, 2503].map((now) => ['a', now] as const)
    expect(fits(calls)).not.toContain(false)
  })

  it('counts each key by itself', () => {
    expect(
      fits([
        ['a', 0],
        ['a', 0],
        ['b', 0],
      ]),
    ).toEqual([true, true, true])
  })

  it('does not count what it refused', () => {
    const calls = [0, 0, 1, 2, 3, 1000].map((now) => ['a', now] as const)
    expect(fits(calls).at(-1)).toBe(true)
  })

  it('saves nothing up over a pause', () => {
    const calls = [0, 60_000, 60_000, 60_000].map((now) => ['a', now] as const)
    expect(fits(calls)).toEqual([true, true, true, false])
  })

  it('goes on after a clock was set back', () => {
    const calls = [5000, 5000, 100, 600].map((now) => ['a', now] as const)
    expect(fits(calls)).toEqual([true, true, false, true])
  })
})
