import type { RE2JS } from 're2js'
import { SealwaxError } from '../errors.ts'
import { engine } from './engine.ts'

/** What a text must be: the very text, or one that an RE2 expression finds; when both are given, both. */
export type Matcher =
  | { readonly exact: string; readonly regexp?: string }
  | { readonly exact?: string; readonly regexp: string }

/** Expressions of one run: a handful, compiled once each. */
const compiled = new Map<string, RE2JS>()
const mostCompiled = 1000
const longest = 10_000

/**
 * Whether `text` is what the matcher wants. Expressions have RE2's syntax and are used as they are, like cosign's: without
 * `^` and `$` they are found anywhere in the text.
 * @throws SealwaxError `POLICY_INVALID` for an empty matcher or an expression that RE2 does not know
 */
export function matches(matcher: Matcher, text: string): boolean {
  const { exact, regexp } = matcher
  if (!exact && !regexp)
    throw new SealwaxError('POLICY_INVALID', 'the policy holds an empty matcher', {
      expected: 'a text or an expression; an empty one would accept everyone',
    })
  if (exact && exact !== text) return false
  return !regexp || expression(regexp).matcher(text).find()
}

/** Whether the expression can only match whole texts; the others accept more than most people mean. In doubt it is not. */
export function isAnchored(regexp: string): boolean {
  // With a quantifier the anchor is optional; inside \Q...\E it is a letter; with the flag m it stands for every line.
  const begins = /^(\^|\\A)(?![*+?{])/.test(regexp)
  const ends = /(?<!\\)(\\\\)*(\$|\\z)$/.test(regexp)
  const bends = /\\Q|\(\?[a-z]*m/i.test(regexp)
  // A top-level alternative escapes the anchors: ^a|b$ is (^a)|(b$).
  return begins && ends && !bends && !hasTopLevelAlternative(regexp)
}

function hasTopLevelAlternative(regexp: string): boolean {
  let depth = 0
  for (let at = 0; at < regexp.length; at++) {
    const character = regexp[at]
    if (character === '\\') at++
    else if (character === '[') at = endOfClass(regexp, at)
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === '|' && depth === 0) return true
  }
  return false
}

/** Where the character class that begins at `start` ends: a bracket that comes first, or in [:alpha:], is part of it. */
function endOfClass(regexp: string, start: number): number {
  const [text = ''] = /^\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*/s.exec(regexp.slice(start)) ?? []
  return start + text.length
}

/** @throws SealwaxError `POLICY_INVALID` */
function expression(regexp: string): RE2JS {
  const known = compiled.get(regexp)
  if (known !== undefined) return known
  if (compiled.size >= mostCompiled) compiled.clear()
  try {
    if (regexp.length > longest) throw new Error(`longer than ${longest} characters`)
    const made = engine().compile(regexp)
    compiled.set(regexp, made)
    return made
  } catch (cause) {
    throw new SealwaxError('POLICY_INVALID', 'the regular expression cannot be used', {
      expected: 'RE2 syntax, as cosign takes it (no look-around, no back-references)',
      found: regexp.slice(0, 200),
      cause,
    })
  }
}
