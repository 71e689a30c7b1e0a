import { resolve, sep } from 'node:path'
import { SealwaxError } from '../errors.ts'
import { readBundleName, readExclude } from './names.ts'
import { checkOptions } from './options.ts'
import type { Environment } from '../statement/signing.ts'
import type { Transparency } from '../trust/index.ts'
import type { BuildMode, BuildOptions, TimestampClientFiles } from './types.ts'

/** The options of a build with everything decided: options win over variables, variables over defaults. */
export interface Settings {
  readonly mode: BuildMode
  readonly required: 'auto' | boolean
  readonly key: string | undefined
  readonly identityToken: string | undefined
  readonly roots: readonly string[] | undefined
  readonly bundle: string
  readonly dotfiles: boolean
  readonly exclude: readonly string[]
  readonly trustedRoot: string | undefined
  readonly signingConfig: string | undefined
  readonly staging: boolean
  readonly transparency: Transparency
  readonly caFile: string | undefined
  readonly timestampClient: TimestampClientFiles | undefined
  readonly env: Environment
}

const transparencies: readonly Transparency[] = ['log', 'timestamp', 'none']
const modes: readonly BuildMode[] = ['auto', 'keyless', 'key', 'statement', 'off']

/** What the caller decides: `home`, where relative `roots` begin, and what `required` is when nobody says. */
export interface Defaults {
  readonly home: string
  readonly required: Settings['required']
  /** Options that the caller takes beside those of a build. */
  readonly more?: Parameters<typeof checkOptions>[1]
}

/**
 * Reads options and environment.
 * @throws SealwaxError `USAGE`
 */
export function readSettings(options: BuildOptions, defaults: Defaults): Settings {
  checkOptions(options, defaults.more)
  const env = options.env ?? process.env
  const mode = options.mode ?? variable(env, 'SEALWAX_MODE') ?? 'auto'
  if (!isMode(mode)) throw usage(nameOf('mode', options.mode), modes.join(', '), mode)
  return {
    mode,
    bundle: readBundleName(options),
    env,
    required: readRequired(options, env) ?? defaults.required,
    key: namedKey(options.key ?? variable(env, 'SEALWAX_KEY', 'COSIGN_KEY'), env),
    identityToken: options.identityToken ?? variable(env, 'SEALWAX_IDENTITY_TOKEN'),
    roots: options.roots?.map((root) => resolve(defaults.home, root)),
    dotfiles: options.dotfiles ?? false,
    exclude: readExclude(options),
    trustedRoot: options.trustedRoot ?? variable(env, 'SEALWAX_TRUSTED_ROOT', 'COSIGN_TRUSTED_ROOT'),
    signingConfig: options.signingConfig ?? variable(env, 'SEALWAX_SIGNING_CONFIG', 'COSIGN_SIGNING_CONFIG'),
    staging: readStaging(options, env),
    transparency: readTransparency(options, env),
    caFile: options.caFile ?? variable(env, 'SEALWAX_CA_FILE'),
    timestampClient: readTimestampClient(options, env),
  }
}

/**
 * Whether these settings mean to sign, as far as can be said without asking anyone: a key or an identity is in sight, or
 * the user insists. Used where there is no time to ask: before a build, and when the process ends.
 */
export function meansToSign({ mode, required, key, identityToken, env }: Settings): boolean {
  if (mode === 'off') return false
  if (mode !== 'auto' || required === true || key !== undefined || identityToken !== undefined) return true
  return Boolean(env['SIGSTORE_ID_TOKEN'] || env['ACTIONS_ID_TOKEN_REQUEST_URL'])
}

/** Whether one absolute path lies below another. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function isMode(text: string): text is BuildMode {
  return modes.some((mode) => mode === text)
}

function readRequired({ required }: BuildOptions, env: Environment): Settings['required'] | undefined {
  const value: unknown = required ?? variable(env, 'SEALWAX_REQUIRED')
  if (value === undefined || value === 'auto' || typeof value === 'boolean') return value
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  throw usage(nameOf('required', required), 'auto, true, false', typeof value === 'string' ? value : typeof value)
}

function readStaging({ staging }: BuildOptions, env: Environment): boolean {
  const value = staging ?? variable(env, 'SEALWAX_STAGING', 'COSIGN_STAGING') ?? false
  if (typeof value === 'boolean') return value
  if (/^(1|t|true)$/i.test(value)) return true
  if (/^(0|f|false)$/i.test(value)) return false
  throw usage('the variable SEALWAX_STAGING', 'true or false', value)
}

function readTransparency(options: BuildOptions, env: Environment): Transparency {
  const value = options.transparency ?? variable(env, 'SEALWAX_TRANSPARENCY') ?? 'log'
  const known = transparencies.find((one) => one === value)
  if (known !== undefined) return known
  throw usage(nameOf('transparency', options.transparency), transparencies.join(', '), value)
}

function readTimestampClient({ timestampClient }: BuildOptions, env: Environment): TimestampClientFiles | undefined {
  if (timestampClient !== undefined) {
    for (const [name, value] of Object.entries(timestampClient))
      if (!['ca', 'cert', 'key', 'serverName'].includes(name) || (value !== undefined && typeof value !== 'string'))
        throw usage('the option `timestampClient`', 'paths: ca, cert, key; and serverName', name)
    return timestampClient
  }
  const named = (name: string): string | undefined =>
    variable(env, `SEALWAX_TIMESTAMP_${name}`, `COSIGN_TIMESTAMP_${name}`)
  return {
    ca: named('CLIENT_CACERT'),
    cert: named('CLIENT_CERT'),
    key: named('CLIENT_KEY'),
    serverName: named('SERVER_NAME'),
  }
}

/** Where a bad value stands: an option, or else its variable. */
function nameOf(option: 'mode' | 'required' | 'transparency', given: unknown): string {
  return given === undefined ? `the variable SEALWAX_${option.toUpperCase()}` : `the option \`${option}\``
}

/** A key that would be in a variable which is not set counts as no key: pull requests from forks are given no secrets. */
function namedKey(reference: string | undefined, env: Environment): string | undefined {
  const name = reference?.startsWith('env://') ? reference.slice('env://'.length) : undefined
  return name !== undefined && !env[name] ? undefined : reference
}

/** The first of these variables that is set. An empty one counts as not set, as CI systems leave it. */
function variable(env: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '')
}

function usage(what: string, expected: string, found: string): SealwaxError {
  return new SealwaxError('USAGE', `${what} is not usable`, { expected, found: JSON.stringify(found.slice(0, 100)) })
}
