import { SealwaxError } from '../errors.ts'
import type { Secret } from './secret.ts'

/** A key is encrypted and nobody could be asked. */
export function passwordMissing(): SealwaxError {
  return new SealwaxError('KEY_PASSWORD', 'the private key is encrypted', {
    expected: 'its password',
    found: 'none',
    hint: 'set COSIGN_PASSWORD, or run on a terminal to be asked',
  })
}

/** Authenticated encryption cannot tell a wrong password from a damaged file, so the message names both. */
export function passwordWrong(password: Secret): SealwaxError {
  const isEmpty = password.expose() === ''
  return new SealwaxError('KEY_PASSWORD', 'the private key cannot be opened with this password', {
    expected: 'the password that the key was encrypted with',
    found: isEmpty ? 'an empty password' : 'another password (or a damaged key file)',
    hint: isEmpty
      ? 'set COSIGN_PASSWORD, or type the password when asked'
      : 'check COSIGN_PASSWORD, also for a line end or a space at its end',
  })
}
