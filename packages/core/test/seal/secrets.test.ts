import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { Faults } from '@sealwax/sandbox'
import type { SealerOptions } from '../../src/seal/index.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()

/** Everything that a logger could print of an error: its own fields, hidden ones, the stack, the causes. */
function everything(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 9) return inspect(error, { depth: 12, showHidden: true })
  const own = Object.getOwnPropertyNames(error).map((name) =>
    inspect(Reflect.get(error, name), { depth: 12, showHidden: true }),
  )
  return [String(error), error.stack, JSON.stringify(error), ...own, everything(error.cause, depth + 1)].join('\n')
}

const echo = (body: string): Faults => ({ fulcio: { status: 400, body }, rekor: { body }, timestamp: { body } })

test('no error of any failing signature shows the token, any part of it, or the permission to ask for one', async () => {
  const env = await workshop.sandbox.environment({ kind: 'github' })
  const permission = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''
  const identity = await workshop.identity()()
  const token = identity.token.expose()
  // The beginning of each is enough to look for: messages are cut.
  const hidden = [permission, ...token.split('.')].map((text) => text.slice(0, 24))
  expect(hidden.every((text) => text.length > 8)).toBe(true)
  const cases: [Faults, Partial<SealerOptions>][] = [
    [echo(`{"message":"bad token ${token}"}`), {}],
    [echo(token), {}],
    [echo(`token ${token.split('.')[1]} is bad`), {}],
    [echo(`signature ${token.split('.')[2]} is bad`), {}],
    // Cut before it is redacted, the last signature would be only a part of the secret.
    [echo(`${token} `.repeat(1 + 4096 / token.length).slice(0, 4096 + 200)), {}],
    [{ fulcio: { status: 401, body: `Bearer ${token}` } }, {}],
    [{ fulcio: { body: JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates: [token] } } }) } }, {}],
    [{ fulcio: { body: token } }, {}],
    [{ fulcio: { reset: true } }, {}],
    [{ fulcio: { hang: true } }, { deadline: 200 }],
    [{ fulcio: { lie: 'huge' } }, {}],
    [{ fulcio: { lie: 'other-subject-key' } }, {}],
    [{ rekor: { status: 400, body: token } }, {}],
    [{ timestamp: { status: 400, body: token } }, {}],
    [{}, { services: { ...workshop.services, fulcio: { url: 'http://127.0.0.1:9', version: 1 } } }],
    [{}, { services: { ...workshop.services, fulcio: { url: 'https://sealwax.invalid', version: 1 } } }],
    [{}, { check: () => Promise.reject(new Error('no')) }],
  ]
  for (const [faults, more] of cases) {
    workshop.sandbox.faults = faults
    const error = await workshop
      .keyless({ identity: async () => identity, deadline: 800, ...more })
      .sealMessage(Buffer.from('x'))
      .then(
        () => expect.unreachable('it must fail'),
        (caught: unknown) => caught,
      )
    for (const text of hidden) expect(everything(error)).not.toContain(text)
  }
})

test('printing a sealer shows no token and no private key', async () => {
  const sealer = workshop.keyless()
  await sealer.sealMessage(Buffer.from('x'))
  expect(inspect(sealer, { depth: 12, showHidden: true })).not.toMatch(/eyJ|PRIVATE/)
})
