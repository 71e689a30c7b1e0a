import type { AuthoritySpec, LogSpec, TrustedKind } from '@sealwax/core'
import { printable, warn } from '../terminal/text.ts'
import type { TrustedRootOptions } from '../verbs/trusted-root.ts'
import { putOut } from './output.ts'
import { readDocument } from './read.ts'
import { parseSpecification, type Shape } from './specification.ts'

const authority: Shape = { required: ['url', 'certificate-chain'], optional: ['start-time', 'end-time'] }
const log: Shape = { required: ['url', 'public-key', 'start-time'], optional: ['end-time', 'origin'] }

/** Makes a trusted root from the flags. */
export async function createTrustedRootFile(options: TrustedRootOptions): Promise<void> {
  const { createTrustedRoot, openTrust } = await import('@sealwax/core')
  const logs = (texts: readonly string[] | undefined, flag: string): Promise<LogSpec[]> =>
    Promise.all((texts ?? []).map((text) => logOf(text, flag)))
  const authorities = (texts: readonly string[] | undefined, flag: string): Promise<AuthoritySpec[]> =>
    Promise.all((texts ?? []).map((text) => authorityOf(text, flag)))
  const text = await createTrustedRoot({
    ...(options.withDefaultServices === true && {
      base: {
        text: (await openTrust({ staging: options.staging, warn: (line) => warn(printable(line)) }).documents())
          .trustedRoot,
        without: leftOut(options),
      },
    }),
    fulcio: await authorities(options.fulcio, '--fulcio'),
    ctfe: await logs(options.ctfe, '--ctfe'),
    rekor: await logs(options.rekor, '--rekor'),
    tsa: await authorities(options.tsa, '--tsa'),
  })
  await putOut(text, options.out, 'Trusted root')
}

function leftOut({ defaultFulcio, defaultCtfe, defaultRekor, defaultTsa }: TrustedRootOptions): TrustedKind[] {
  const kinds = [
    ['fulcio', defaultFulcio],
    ['ctfe', defaultCtfe],
    ['rekor', defaultRekor],
    ['tsa', defaultTsa],
  ] as const
  return kinds.flatMap(([kind, isKept]) => (isKept ? [] : [kind]))
}

async function authorityOf(text: string, flag: string): Promise<AuthoritySpec> {
  const pairs = parseSpecification(text, flag, authority)
  return {
    url: pairs.get('url') ?? '',
    chain: await readDocument(pairs.get('certificate-chain') ?? ''),
    start: pairs.get('start-time'),
    end: pairs.get('end-time'),
  }
}

async function logOf(text: string, flag: string): Promise<LogSpec> {
  const pairs = parseSpecification(text, flag, log)
  return {
    url: pairs.get('url') ?? '',
    publicKey: await readDocument(pairs.get('public-key') ?? ''),
    start: pairs.get('start-time') ?? '',
    end: pairs.get('end-time'),
    origin: pairs.get('origin'),
  }
}
