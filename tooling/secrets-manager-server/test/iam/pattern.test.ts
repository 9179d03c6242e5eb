import { describe, expect, it } from 'vitest'
import { literal, matches, pattern } from '../../src/iam/pattern.ts'

const fits = (text: string, value: string): boolean => matches(pattern(text, null) ?? [], value)

function words(alphabet: string, most: number): string[] {
  let last = ['']
  const all = ['']
  for (let length = 1; length <= most; length++) {
    last = last.flatMap((word) => [...alphabet].map((char) => word + char))
    all.push(...last)
  }
  return all
}

describe('a pattern', () => {
  it('agrees with a regular expression on every short pattern and text', () => {
    const texts = words('ab', 4)
    for (const written of words('ab*?', 4)) {
      const regex = new RegExp(`^${written.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
      const wrong = texts.filter((text) => fits(written, text) !== regex.test(text))
      expect([written, wrong]).toEqual([written, []])
    }
  })

  it('treats what regular expressions would take for their own as text', () => {
    expect(fits('secret:a+b.c', 'secret:a+b.c')).toBe(true)
    expect(fits('secret:a+b.c', 'secret:aab.c')).toBe(false)
    expect(fits('a.c', 'abc')).toBe(false)
  })

  it('takes no exponential time for many wildcards', () => {
    expect(fits(`${'*a'.repeat(40)}b`, 'a'.repeat(2000))).toBe(false)
  })

  it('counts a character outside the basic plane as one', () => {
    expect(fits('?', '😀')).toBe(true)
  })
})

describe('a policy variable', () => {
  const variables = (name: string): string | null =>
    ({ 'aws:username': 'bob', 'aws:odd': 'a*b' })[name] ?? null
  const fitting = (text: string, value: string): boolean | null => {
    const tokens = pattern(text, variables)
    return tokens === null ? null : matches(tokens, value)
  }

  it('stands for its value', () => {
    expect(fitting('secret:${aws:username}/*', 'secret:bob/key')).toBe(true)
    expect(fitting('secret:${aws:username}/*', 'secret:eve/key')).toBe(false)
  })

  it('is text: a wildcard in its value matches only itself', () => {
    expect(fitting('x${aws:odd}', 'xa*b')).toBe(true)
    expect(fitting('x${aws:odd}', 'xaaab')).toBe(false)
  })

  it('writes the wildcards themselves as ${*}, ${?} and ${$}', () => {
    expect(fitting('a${*}${?}${$}', 'a*?$')).toBe(true)
    expect(fitting('a${*}', 'abc')).toBe(false)
  })

  it('has no value where the request has none, unless it names another', () => {
    expect(fitting('${aws:absent}', '')).toBeNull()
    expect(fitting("${aws:absent, 'nobody'}", 'nobody')).toBe(true)
    expect(fitting("${aws:username, 'nobody'}", 'nobody')).toBe(false)
  })

  it('is text as any other in a policy of 2008', () => {
    expect(fits('${aws:username}', '${aws:username}')).toBe(true)
  })

  it('is put into literals too', () => {
    expect(literal('<${aws:username}>', variables)).toBe('<bob>')
    expect(literal('<${aws:absent}>', variables)).toBeNull()
    expect(literal('a*', variables)).toBe('a*')
  })
})
