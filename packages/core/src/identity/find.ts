import { createReadStream } from 'node:fs'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { sources } from './advice.ts'
import type { Network } from './client.ts'
import { fromGithub } from './github.ts'
import { type IdentityToken, parseIdentityToken } from './token.ts'

export interface FindOptions {
  /** A token, or the path of a file that holds one. */
  readonly token?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: Date
  /** Milliseconds that a CI service may take to hand out a token; 30 seconds by default. */
  readonly fetchDeadline?: number
  readonly signal?: AbortSignal
  /** How such a service is reached. */
  readonly network?: Network
}

/**
 * The identity of whoever runs this, from the first place that has one: the option, `SIGSTORE_ID_TOKEN` (any CI, GitLab
 * among them), GitHub Actions. The order is cosign's. `undefined` when no place has one; a place that has one which does
 * not work is an error, never skipped: another identity than the expected one would sign.
 * @throws SealwaxError `TOKEN_INVALID`, `TOKEN_AUDIENCE`, `TOKEN_EXPIRED`, `IDENTITY_PROVIDER`, `FILE_UNREADABLE`, `SERVICE_*`
 */
export async function findIdentity(options: FindOptions): Promise<IdentityToken | undefined> {
  return (await fromOption(options)) ?? fromEnvironment(options) ?? (await fromGithub(options))
}

async function fromOption({ token, now }: FindOptions): Promise<IdentityToken | undefined> {
  if (token === undefined) return undefined
  const given = token.trim()
  const text = looksLikeToken(given) ? given : await readToken(given)
  return parseIdentityToken(text, sources.option, now)
}

function fromEnvironment({ env, now }: FindOptions): IdentityToken | undefined {
  const text = env['SIGSTORE_ID_TOKEN']?.trim()
  if (!text) return undefined
  return parseIdentityToken(text, env['GITLAB_CI'] ? sources.gitlab : sources.environment, now)
}

/** A JWT starts with the base64url form of `{"`; a path hardly ever does. */
const looksLikeToken = (text: string): boolean => text === '' || text.startsWith('eyJ') || text.length > 4096

async function readToken(path: string): Promise<string> {
  try {
    const pieces: Buffer[] = []
    // A stream, because the path may be a pipe: --identity-token <(command).
    for await (const piece of createReadStream(path, { end: limits.token })) pieces.push(piece as Buffer)
    return Buffer.concat(pieces).toString('utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    // What was given is not shown, and the system's error, which quotes it, not attached: it may be a damaged token.
    throw new SealwaxError(
      'FILE_UNREADABLE',
      'the identity token option is neither a token nor a file that can be read',
      {
        expected: 'a signed JWT, or the path of a file that holds one',
        found: `${path.length} characters that are no JWT, and no readable file (${code})`,
      },
    )
  }
}
