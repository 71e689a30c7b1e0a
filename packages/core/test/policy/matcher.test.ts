import { describe, expect, test } from 'vitest'
import { isAnchored, type Matcher, matches } from '../../src/policy/index.ts'

const invalid = expect.objectContaining({ code: 'POLICY_INVALID' })

describe('a matcher', () => {
  test.each<[Matcher, string, boolean]>([
    [{ exact: 'dev@example.org' }, 'dev@example.org', true],
    [{ exact: 'dev@example.org' }, 'dev@example.org ', false],
    [{ exact: 'dev@example.org' }, 'Dev@example.org', false],
    [{ exact: 'dev@example.org' }, 'xdev@example.org', false],
    [{ exact: 'dev@example' }, 'dev@example.org', false],
    [{ exact: '.*' }, 'dev@example.org', false],
    [{ regexp: 'dev@example' }, 'dev@example.org', true],
    [{ regexp: '^dev@example\\.org$' }, 'dev@example.org', true],
    [{ regexp: '^dev@example\\.org$' }, 'dev@exampleXorg', false],
    [{ regexp: '^dev@example\\.org$' }, 'dev@example.org\nevil', false],
    [{ exact: 'dev@example.org', regexp: '^ops' }, 'dev@example.org', false],
    [{ exact: 'dev@example.org', regexp: '^dev' }, 'dev@example.org', true],
    [{ exact: '', regexp: '^dev' }, 'dev@example.org', true],
  ])('%j on %j: %j', (matcher, text, outcome) => {
    expect(matches(matcher, text)).toBe(outcome)
  })

  test('that is empty is refused, because it would accept everyone', () => {
    for (const matcher of [{}, { exact: '' }, { regexp: '' }, { exact: '', regexp: '' }])
      expect(() => matches(matcher as Matcher, 'x')).toThrow(invalid)
  })

  test('with an expression that RE2 does not have is refused', () => {
    for (const regexp of ['(?=x)', '(a)\\1', '(', 'a'.repeat(20_000)])
      expect(() => matches({ regexp }, 'x')).toThrow(invalid)
  })

  test('does not hang on expressions that make engines with backtracking hang', () => {
    expect(matches({ regexp: '^(a+)+$' }, `${'a'.repeat(5000)}b`)).toBe(false)
  })
})

describe('an expression is anchored', () => {
  test.each<[string, boolean]>([
    ['^a$', true],
    ['\\Aa\\z', true],
    ['^(a|b)$', true],
    ['^[|]$', true],
    ['^a\\|b$', true],
    ['a', false],
    ['^a', false],
    ['a$', false],
    ['^a\\$', false],
    ['^a\\\\$', true],
    ['^a|b$', false],
    ['\\Q^a$', false],
    ['^\\Qa$', false],
    ['^*a$', false],
    ['^?a$', false],
    ['^{0}a$', false],
    ['^(?m)a$', false],
    ['^(?im:a)$', false],
    ['^(?i)a$', true],
    ['^(?P<name>a)$', true],
    ['^[]|]a$', true],
    ['^[^]|]a$', true],
    ['^[[:alpha:]|]$', true],
    ['^[](]a|b$', false],
    ['^[[:alpha:](]a|b$', false],
  ])('%j: %j', (regexp, outcome) => {
    expect(isAnchored(regexp)).toBe(outcome)
  })
})
