// Evidence + policy -> Verdict: who must have signed, what must have witnessed it. Pure.
// Not here: how anything was checked (verify/), exit codes and words on a screen (the command line).

export { isAnchored, type Matcher, matches } from './matcher.ts'
export { defaultPolicy, type IdentityMatcher, keylessPolicy, type KeylessOptions, type Policy } from './policy.ts'
export { judge, type Reason, type ReasonCode, type Verdict } from './judge.ts'
