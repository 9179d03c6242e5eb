import { describe, expect, it } from 'vitest'

import { fixedWindow, rollingWindow } from '../../src/limits/request-window.ts'

describe('a rolling window', () => {
  it('makes room as each request leaves it', () => {
    const window = rollingWindow(1000)
    const take = (time: number) => window.take('a', 1, 2, time)
    expect(take(0)).toEqual({ allowed: true, used: 1, remaining: 1, resetAt: 0 })
    expect(take(400)).toEqual({ allowed: true, used: 2, remaining: 0, resetAt: 400 })
    expect(take(999)).toEqual({ allowed: false, used: 2, remaining: 0, resetAt: 1000 })
    expect(take(1000).allowed).toBe(true)
    expect(take(1399).allowed).toBe(false)
    expect(take(1400).allowed).toBe(true)
  })

  it('counts each name apart', () => {
    const window = rollingWindow(1000)
    expect(window.take('a', 1, 1, 0).allowed).toBe(true)
    expect(window.take('b', 1, 1, 0).allowed).toBe(true)
    expect(window.take('a', 1, 1, 0).allowed).toBe(false)
  })

  it('forgets what a clock that was set back has not yet seen', () => {
    const window = rollingWindow(1000)
    window.take('a', 1, 1, 5000)
    expect(window.take('a', 1, 1, 0).allowed).toBe(true)
  })
})

describe('a fixed window', () => {
  it('of the clock starts with its multiples', () => {
    const window = fixedWindow(1000, 'clock')
    expect(window.take('a', 3, 5, 1900)).toEqual({
      allowed: true,
      used: 3,
      remaining: 2,
      resetAt: 2000,
    })
    expect(window.take('a', 3, 5, 1999)).toEqual({
      allowed: false,
      used: 6,
      remaining: 0,
      resetAt: 2000,
    })
    expect(window.take('a', 3, 5, 2000).allowed).toBe(true)
  })

  it('of the first request starts with it', () => {
    const window = fixedWindow(1000, 'first')
    expect(window.take('a', 1, 1, 1900).resetAt).toBe(2900)
    expect(window.take('a', 1, 1, 2899).allowed).toBe(false)
    expect(window.take('a', 1, 1, 2900)).toMatchObject({ allowed: true, resetAt: 3900 })
  })
})
