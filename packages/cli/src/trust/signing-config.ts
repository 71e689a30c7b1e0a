import type { SelectionSpec, ServiceKind, ServiceSpec, SigningConfigSpec } from '@sealwax/core'
import { SealwaxError } from '@sealwax/core/errors'
import { printable, warn } from '../terminal/text.ts'
import type { SigningConfigOptions } from '../verbs/signing-config.ts'
import { putOut } from './output.ts'
import { parseSpecification, type Shape } from './specification.ts'
import { readDocument } from './read.ts'

const shape: Shape = { required: ['url', 'api-version', 'start-time', 'operator'], optional: ['end-time'] }

/** Makes a signing config from the flags. */
export async function createSigningConfigFile(options: SigningConfigOptions): Promise<void> {
  const { createSigningConfig } = await import('@sealwax/core')
  requireSelection(options.rekor, options.rekorConfig, 'rekor')
  requireSelection(options.tsa, options.tsaConfig, 'tsa')
  const services = (texts: readonly string[] | undefined, flag: string): ServiceSpec[] =>
    (texts ?? []).map((text) => serviceOf(text, flag))
  const text = await createSigningConfig({
    bases: await basesOf(options),
    fulcio: services(options.fulcio, '--fulcio'),
    oidc: services(options.oidcProvider, '--oidc-provider'),
    rekor: services(options.rekor, '--rekor'),
    tsa: services(options.tsa, '--tsa'),
    rekorSelection: selectionOf(options.rekorConfig, '--rekor-config'),
    tsaSelection: selectionOf(options.tsaConfig, '--tsa-config'),
  })
  await putOut(text, options.out, 'Signing config')
}

/** As in cosign: flags replace the services of their kind in a base config, and come beside the default services. */
async function basesOf(options: SigningConfigOptions): Promise<NonNullable<SigningConfigSpec['bases']>> {
  const left = leftOut(options)
  const bases: { readonly text: string; readonly without: readonly ServiceKind[] }[] = []
  if (options.baseConfig !== undefined) {
    const given = { fulcio: options.fulcio, oidc: options.oidcProvider, rekor: options.rekor, tsa: options.tsa }
    const replaced = (Object.keys(given) as ServiceKind[]).filter((kind) => given[kind] !== undefined)
    bases.push({ text: await readDocument(options.baseConfig), without: [...left, ...replaced] })
  }
  if (options.withDefaultServices === true || options.withDefaultRekorV2 === true)
    bases.push({ text: await defaultConfig(options), without: left })
  return bases
}

async function defaultConfig({ staging, withDefaultRekorV2 }: SigningConfigOptions): Promise<string> {
  const { openTrust } = await import('@sealwax/core')
  const { origin, signingConfig, signingConfigRekorV2 } = await openTrust({
    staging,
    warn: (line) => warn(printable(line)),
  }).documents()
  const text = withDefaultRekorV2 === true ? signingConfigRekorV2 : signingConfig
  if (text !== undefined) return text
  throw new SealwaxError('SIGNING_CONFIG_INVALID', `${origin} has no such signing config`, {
    expected: withDefaultRekorV2 === true ? 'signing_config_rekor_v2.v0.2.json' : 'signing_config.v0.2.json',
    found: 'no such target',
    hint: 'name the services one by one',
  })
}

function leftOut({ defaultFulcio, defaultOidc, defaultRekor, defaultTsa }: SigningConfigOptions): ServiceKind[] {
  const kinds = [
    ['fulcio', defaultFulcio],
    ['oidc', defaultOidc],
    ['rekor', defaultRekor],
    ['tsa', defaultTsa],
  ] as const
  return kinds.flatMap(([kind, isKept]) => (isKept ? [] : [kind]))
}

function serviceOf(text: string, flag: string): ServiceSpec {
  const pairs = parseSpecification(text, flag, shape)
  const version = pairs.get('api-version') ?? ''
  if (!/^\d{1,9}$/.test(version))
    throw new SealwaxError('USAGE', `${flag} has no usable api-version`, {
      expected: 'a number, like 1',
      found: version,
    })
  return {
    url: pairs.get('url') ?? '',
    apiVersion: Number(version),
    operator: pairs.get('operator') ?? '',
    start: pairs.get('start-time') ?? '',
    end: pairs.get('end-time'),
  }
}

function requireSelection(services: readonly string[] | undefined, config: string | undefined, name: string): void {
  if (services === undefined || config !== undefined) return
  throw new SealwaxError('USAGE', `--${name}-config must be given with --${name}`, {
    expected: 'ANY, ALL or EXACT:<count>: how many of the services sign',
  })
}

function selectionOf(text: string | undefined, flag: string): SelectionSpec | undefined {
  if (text === undefined) return undefined
  const [, word = '', count] = /^(any|all|exact)(?::(\d{1,9}))?$/i.exec(text) ?? []
  const selector = word.toUpperCase()
  if ((selector === 'ANY' || selector === 'ALL') && count === undefined) return { selector }
  if (selector === 'EXACT' && count !== undefined) return { selector, count: Number(count) }
  throw new SealwaxError('USAGE', `${flag} has no usable value`, { expected: 'ANY, ALL or EXACT:<count>', found: text })
}
