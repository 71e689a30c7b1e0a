import { parseArgs } from 'node:util'
import { SealwaxError } from '@sealwax/core/errors'

/** `sign-bundle`: the artifact, or the in-toto statement in that file, becomes a bundle. */
export interface SignCommand {
  readonly verb: 'sign-bundle'
  readonly staging: boolean
  readonly inToto: boolean
  readonly identityToken: string
  readonly bundle: string
  readonly trustedRoot: string | undefined
  readonly signingConfig: string | undefined
  readonly file: string
}

/** `verify-bundle`: the artifact, or its digest, against a bundle. */
export interface VerifyCommand {
  readonly verb: 'verify-bundle'
  readonly staging: boolean
  readonly bundle: string
  readonly signer: { readonly key: string } | { readonly identity: string; readonly issuer: string }
  readonly trustedRoot: string | undefined
  readonly fileOrDigest: string
}

const protocol = [
  'sign-bundle [--staging] [--in-toto] --identity-token TOKEN --bundle FILE [--trusted-root FILE] [--signing-config FILE] FILE',
  'verify-bundle [--staging] --bundle FILE --certificate-identity ID --certificate-oidc-issuer URL [--trusted-root FILE] FILE_OR_DIGEST',
  'verify-bundle [--staging] --bundle FILE --key FILE [--trusted-root FILE] FILE_OR_DIGEST',
].join('; ')

const shared = {
  staging: { type: 'boolean', default: false },
  bundle: { type: 'string' },
  'trusted-root': { type: 'string' },
} as const
const signing = {
  ...shared,
  'in-toto': { type: 'boolean', default: false },
  'identity-token': { type: 'string' },
  'signing-config': { type: 'string' },
} as const
const verifying = {
  ...shared,
  'certificate-identity': { type: 'string' },
  'certificate-oidc-issuer': { type: 'string' },
  key: { type: 'string' },
} as const

/** Reads a command line of the protocol. @throws SealwaxError `USAGE`, which repeats no value: one of them may be a token */
export function parseCommand([verb, ...rest]: readonly string[]): SignCommand | VerifyCommand {
  if (verb === 'sign-bundle') return signCommand(rest)
  if (verb === 'verify-bundle') return verifyCommand(rest)
  throw usage('the first argument is no verb of the protocol')
}

function signCommand(args: readonly string[]): SignCommand {
  const { values, positionals } = attempt(() =>
    parseArgs({ args: [...args], options: signing, allowPositionals: true }),
  )
  return {
    verb: 'sign-bundle',
    staging: values.staging,
    inToto: values['in-toto'],
    identityToken: required(values['identity-token'], '--identity-token'),
    bundle: required(values.bundle, '--bundle'),
    trustedRoot: values['trusted-root'],
    signingConfig: values['signing-config'],
    file: only(positionals),
  }
}

function verifyCommand(args: readonly string[]): VerifyCommand {
  const { values, positionals } = attempt(() =>
    parseArgs({ args: [...args], options: verifying, allowPositionals: true }),
  )
  const { key, 'certificate-identity': identity, 'certificate-oidc-issuer': issuer } = values
  if (key !== undefined && (identity ?? issuer) !== undefined) throw usage('both a key and an identity are given')
  return {
    verb: 'verify-bundle',
    staging: values.staging,
    bundle: required(values.bundle, '--bundle'),
    signer:
      key === undefined
        ? {
            identity: required(identity, '--certificate-identity'),
            issuer: required(issuer, '--certificate-oidc-issuer'),
          }
        : { key },
    trustedRoot: values['trusted-root'],
    fileOrDigest: only(positionals),
  }
}

function attempt<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('ERR_PARSE_ARGS_')) throw error
    // Not its message, which repeats arguments.
    throw usage(code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 'an option is not known' : 'an option has no usable value')
  }
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined) return value
  throw usage(`${name} is missing`)
}

function only([file, ...others]: readonly string[]): string {
  if (file !== undefined && others.length === 0) return file
  throw usage(file === undefined ? 'the last argument is missing' : 'there is more than one last argument')
}

const usage = (message: string): SealwaxError => new SealwaxError('USAGE', message, { expected: protocol })
