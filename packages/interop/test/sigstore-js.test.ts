// The JavaScript Sigstore libraries: `@sigstore/verify` judges our bundles, and we judge those that `sigstore` makes.
import { readFileSync } from 'node:fs'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { attest, sign as signBlob } from 'sigstore'
import { describe, expect, test } from 'vitest'
import { openExchange } from './exchange.ts'
import { from, parties } from './parties.ts'

const { bench, sandbox, services, as, newFile, sign } = await openExchange()

/** Every check that the library has: a log entry, an SCT, the times of the log and of the timestamp authority. */
const thresholds = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 2 }

/** Whom the library finds to have signed. It throws when anything does not hold. */
function signerOf(bundle: string, artifact?: string): unknown {
  const trust = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(readFileSync(sandbox.files.trustedRoot, 'utf8'))))
  const content = artifact === undefined ? undefined : readFileSync(bench.path(artifact))
  const entity = toSignedEntity(bundleFromJSON(JSON.parse(bench.read(bundle))), content)
  return new Verifier(trust, thresholds).verify(entity).identity
}

describe.each(parties)('signed by %s', (_kind, party) => {
  const who = { subjectAlternativeName: party.name, extensions: { issuer: party.issuer } }
  const library = async (): Promise<object> => ({
    fulcioURL: sandbox.urls.fulcio,
    rekorURL: sandbox.urls.rekor,
    tsaServerURL: sandbox.urls.timestamp,
    identityToken: await sandbox.token(party.identity),
    retry: 0,
  })

  test('our file signature holds for the library, and not for another file', async () => {
    const { file, bundle } = newFile()
    await sign('sealwax', ['--bundle', bundle, file], await as(party))
    expect(signerOf(bundle, file)).toMatchObject(who)
    expect(() => signerOf(bundle, newFile().file)).toThrow('signature')
  })

  test('our build statement holds for the library, and not when a byte of it is another', async () => {
    bench.put('dist/index.html', 'one')
    bench.put('dist/assets/app.js', 'two')
    const built = await bench.use('sealwax', ['sign-build', 'dist'], await as(party))
    expect(built, built.stderr).toMatchObject({ code: 0 })
    expect(signerOf('dist/attestation.sigstore.json')).toMatchObject(who)
    const bundle = JSON.parse(bench.read('dist/attestation.sigstore.json')) as { dsseEnvelope: { payload: string } }
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString().replace('index.html', 'index.htm_')
    bench.put(
      'altered.json',
      JSON.stringify({
        ...bundle,
        dsseEnvelope: { ...bundle.dsseEnvelope, payload: Buffer.from(payload).toString('base64') },
      }),
    )
    expect(() => signerOf('altered.json')).toThrow()
  })

  test("the library's file signature holds for us, and not for another file or signer", async () => {
    const { file, bundle } = newFile()
    bench.put(bundle, JSON.stringify(await signBlob(readFileSync(bench.path(file)), await library())))
    const verify = ['verify-blob', '--use-signed-timestamps', '--bundle', bundle]
    expect(await bench.use('sealwax', [...verify, ...from(party), file], services)).toMatchObject({ code: 0 })
    expect(await bench.use('sealwax', [...verify, ...from(party), newFile().file], services)).toMatchObject({
      code: 12,
    })
    const another = from({ ...party, name: `${party.name}.` })
    expect(await bench.use('sealwax', [...verify, ...another, file], services)).toMatchObject({ code: 12 })
  })

  test("the library's attestation holds for us, and only for the file that it names", async () => {
    const { file, bundle, hex } = newFile()
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: file, digest: { sha256: hex } }],
      predicateType: 'https://acme.example/review/v1',
      predicate: {},
    }
    const bytes = Buffer.from(JSON.stringify(statement))
    bench.put(bundle, JSON.stringify(await attest(bytes, 'application/vnd.in-toto+json', await library())))
    const verify = ['verify-blob-attestation', '--type', statement.predicateType, '--bundle', bundle, ...from(party)]
    expect(await bench.use('sealwax', [...verify, file], services)).toMatchObject({ code: 0 })
    expect(await bench.use('sealwax', [...verify, newFile().file], services)).toMatchObject({ code: 12 })
  })
})
