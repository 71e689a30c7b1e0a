import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { preAuthEncoding } from '../../src/encoding/index.ts'
import { limits } from '../../src/limits.ts'
import type { Policy } from '../../src/policy/index.ts'
import { signBuild } from '../../src/session/index.ts'
import { PAYLOAD_TYPE, SLSA_PROVENANCE, type Statement } from '../../src/statement/index.ts'
import { makeStatement, statementBytes } from '../../src/statement/signing.ts'
import { alone, BUNDLE, openWorkshop, type Workshop } from './workshop.ts'

let shop: Workshop
beforeEach(async () => {
  shop = openWorkshop()
  shop.put(['dist/index.html', 'dist/assets/a.js', 'dist/assets/b.js'])
  await signBuild(shop.path('dist'), { env: shop.env })
})
afterEach(() => shop.close())

const none = { changed: [], missing: [], extra: [] }

describe('a folder verifies', () => {
  test('when it is as it was signed', async () => {
    expect(await shop.verify('dist')).toMatchObject({
      ok: true,
      reasons: [],
      evidence: { signed: true, signer: { kind: 'key' } },
      rule: { bundle: BUNDLE, dotfiles: false, exclude: [] },
      files: { ok: 3, ...none, uncovered: [] },
    })
  })

  test('when it was copied, and when only dot-files came to it, which are named as not covered', async () => {
    renameSync(shop.path('dist'), shop.path('public'))
    shop.put(['public/.htaccess', 'public/assets/.cache/x'])
    const verdict = await shop.verify('public')
    expect(verdict).toMatchObject({ ok: true, files: { ok: 3, uncovered: ['.htaccess', 'assets/.cache/'] } })
  })

  test('against a bundle that is kept elsewhere', async () => {
    renameSync(shop.path(`dist/${BUNDLE}`), shop.path('kept.json'))
    expect(await shop.verify('dist', { bundle: shop.path('kept.json') })).toMatchObject({ ok: true, files: { ok: 3 } })
  })

  test('against a copy of the bundle elsewhere while the original is still there', async () => {
    copyFileSync(shop.path(`dist/${BUNDLE}`), shop.path('kept.json'))
    expect(await shop.verify('dist', { bundle: shop.path('kept.json') })).toMatchObject({ ok: true, files: { ok: 3 } })
  })

  test('file by file, without a look at the others', async () => {
    writeFileSync(shop.path('dist/assets/b.js'), 'changed')
    expect(await shop.verify('dist', { files: ['assets/a.js', 'index.html'] })).toMatchObject({
      ok: true,
      files: { ok: 2 },
    })
  })
})

describe('a folder does not verify', () => {
  const reasons = async (): Promise<unknown> => {
    const { ok, reasons: list } = await shop.verify('dist')
    expect(ok).toBe(false)
    return list.map(({ code, file }) => `${code} ${file}`)
  }

  test('when files were changed, removed and added, and each is named', async () => {
    shop.put({ 'dist/index.html': 'index.htmL', 'dist/assets/c.js': 'x', 'dist/new/d.js': 'x' })
    rmSync(shop.path('dist/assets/a.js'))
    expect(await reasons()).toEqual([
      'FILE_CHANGED index.html',
      'FILE_MISSING assets/a.js',
      'FILE_EXTRA assets/c.js',
      'FILE_EXTRA new/d.js',
    ])
  })

  test('when two files changed places', async () => {
    renameSync(shop.path('dist/assets/a.js'), shop.path('dist/swap'))
    renameSync(shop.path('dist/assets/b.js'), shop.path('dist/assets/a.js'))
    renameSync(shop.path('dist/swap'), shop.path('dist/assets/b.js'))
    expect(await reasons()).toEqual(['FILE_CHANGED assets/a.js', 'FILE_CHANGED assets/b.js'])
  })

  test('when a name has another case', async () => {
    renameSync(shop.path('dist/assets/a.js'), shop.path('dist/assets/other'))
    renameSync(shop.path('dist/assets/other'), shop.path('dist/assets/A.js'))
    expect(await reasons()).toEqual(['FILE_MISSING assets/a.js', 'FILE_EXTRA assets/A.js'])
  })

  test('when a file became a folder of that name', async () => {
    rmSync(shop.path('dist/index.html'))
    shop.put(['dist/index.html/index.html'])
    expect(await reasons()).toEqual(['FILE_MISSING index.html', 'FILE_EXTRA index.html/index.html'])
  })

  test('when one byte of a large file is another', async () => {
    shop.put({ 'dist/large.bin': 'x'.repeat(3_000_000) })
    await signBuild(shop.path('dist'), { env: shop.env })
    shop.put({ 'dist/large.bin': `${'x'.repeat(2_999_999)}y` })
    expect(await reasons()).toEqual(['FILE_CHANGED large.bin'])
  })

  test('when it is not signed', async () => {
    rmSync(shop.path(`dist/${BUNDLE}`))
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'SIGNATURE_MISSING' }] })
  })

  test('when another file lies under the name of the bundle that is kept elsewhere', async () => {
    renameSync(shop.path(`dist/${BUNDLE}`), shop.path('kept.json'))
    const same = ' '.repeat(shop.read('kept.json').length)
    for (const content of ['{}', same]) {
      shop.put({ [`dist/${BUNDLE}`]: content })
      const verdict = await shop.verify('dist', { bundle: shop.path('kept.json') })
      expect(verdict).toMatchObject({ ok: false, files: { extra: [BUNDLE] } })
    }
  })

  test('when another key signed, and then nothing is said about its files', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const verdict = await shop.verify('dist', { key: publicKey })
    expect(verdict.ok).toBe(false)
    expect(verdict.reasons).not.toEqual([])
    expect(verdict).toMatchObject({ files: { ok: 0, ...none } })
    expect(verdict.rule).toBeUndefined()
  })

  test('when the policy asks for a witness that is not there', async () => {
    const verdict = await shop.verify('dist', { policy: { ...alone, log: 1 } })
    expect(verdict).toMatchObject({ ok: false, reasons: [{ code: 'LOG_MISSING' }] })
  })

  test('by a file that was not signed, or is gone, or leads out', async () => {
    rmSync(shop.path('dist/assets/b.js'))
    const verdict = await shop.verify('dist', { files: ['assets/b.js', 'nope.js', '../key.pem', BUNDLE, '__proto__'] })
    expect(verdict).toMatchObject({
      ok: false,
      files: { ok: 0, missing: ['assets/b.js'], extra: ['nope.js', '../key.pem', BUNDLE, '__proto__'] },
    })
  })

  test.skipIf(process.platform === 'win32')(
    'when a file is a link out of it, though the bytes are right (not on Windows: no right to link)',
    async () => {
      renameSync(shop.path('dist/index.html'), shop.path('outside.html'))
      symlinkSync('../outside.html', shop.path('dist/index.html'))
      expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'SUBJECT_INVALID' }] })
      const single = await shop.verify('dist', { files: ['index.html'] })
      expect(single).toMatchObject({ ok: false, reasons: [{ code: 'SUBJECT_INVALID' }] })
    },
  )

  test('when a killed process left its temporary file, where dot-files count', async () => {
    await signBuild(shop.path('dist'), { env: shop.env, dotfiles: true })
    const leftover = `.${BUNDLE}.0123456789ab.sealwax-tmp`
    shop.put([`dist/${leftover}`])
    expect(await reasons()).toEqual([`FILE_EXTRA ${leftover}`])
    await signBuild(shop.path('dist'), { env: shop.env, dotfiles: true })
    expect(await shop.verify('dist')).toMatchObject({ ok: true })
  })
})

describe.skipIf(process.platform === 'win32')(
  'a folder with something in it that is no file (not on Windows: no pipes there, and no right to link)',
  () => {
    const pipe = (name: string): unknown => execFileSync('mkfifo', [shop.path(name)])

    test('does not verify, and every changed, missing and added file is named all the same', async () => {
      shop.put(['dist/assets/c.js', 'dist/assets/d.js'])
      await signBuild(shop.path('dist'), { env: shop.env })
      shop.put({ 'dist/index.html': 'other', 'dist/assets/new.js': 'x', 'dist/a\nb/c.js': 'x' })
      rmSync(shop.path('dist/assets/a.js'))
      rmSync(shop.path('dist/assets/b.js'))
      rmSync(shop.path('dist/assets/c.js'))
      symlinkSync('../../key.pem', shop.path('dist/assets/b.js'))
      pipe('dist/assets/c.js')
      symlinkSync('nothing', shop.path('dist/dead'))
      const { ok, reasons, files } = await shop.verify('dist')
      expect(ok).toBe(false)
      expect(reasons.map(({ code, file }) => `${code} ${file}`)).toEqual([
        'FILE_CHANGED index.html',
        'FILE_MISSING assets/a.js',
        'FILE_EXTRA assets/new.js',
        ...['a\nb', 'assets/b.js', 'assets/c.js', 'dead'].map((name) => `SUBJECT_INVALID ${name}`),
      ])
      expect(files.ok).toBe(1)
    })

    test('does not keep a verifier waiting that is asked for that one', async () => {
      rmSync(shop.path('dist/index.html'))
      pipe('dist/index.html')
      expect(await shop.verify('dist', { files: ['index.html', 'assets/a.js'] })).toMatchObject({
        ok: false,
        reasons: [{ code: 'FILE_UNREADABLE', file: 'index.html' }],
        files: { ok: 1 },
      })
    })

    test('does not verify when that is the bundle or has its name, and nobody waits for it', async () => {
      renameSync(shop.path(`dist/${BUNDLE}`), shop.path('kept.json'))
      pipe(`dist/${BUNDLE}`)
      await expect(shop.verify('dist')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
      expect(await shop.verify('dist', { bundle: shop.path('kept.json') })).toMatchObject({
        ok: false,
        reasons: [{ code: 'SUBJECT_INVALID', file: BUNDLE }],
      })
    })
  },
)

describe('the rule in the statement', () => {
  test('is the one that is applied: excluded files may change and come, their neighbours may not', async () => {
    shop.put(['dist/stats.json', 'dist/maps/a.map'])
    await signBuild(shop.path('dist'), { env: shop.env, exclude: ['stats.json', 'maps/'], dotfiles: true })
    shop.put({ 'dist/stats.json': 'other', 'dist/maps/b.map': 'x' })
    expect(await shop.verify('dist')).toMatchObject({ ok: true, files: { uncovered: ['maps/', 'stats.json'] } })
    shop.put(['dist/stats.json.gz', 'dist/.env'])
    expect(await shop.verify('dist')).toMatchObject({ ok: false, files: { extra: ['.env', 'stats.json.gz'] } })
  })

  test('names the bundle, which may have another name', async () => {
    rmSync(shop.path(`dist/${BUNDLE}`))
    await signBuild(shop.path('dist'), { env: shop.env, bundle: 'seal.json' })
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'SIGNATURE_MISSING' }] })
    expect(await shop.verify('dist', { bundle: shop.path('dist/seal.json') })).toMatchObject({ ok: true })
  })
})

describe('a statement that others made', () => {
  /** Signed with the key that the verifier trusts, so that only the statement is at fault. */
  function sealWithKey(statement: Statement): void {
    const payload = statementBytes(statement)
    const sig = sign('sha256', preAuthEncoding(PAYLOAD_TYPE, payload), shop.read('key.pem')).toString('base64')
    const bundle = JSON.parse(shop.read(`dist/${BUNDLE}`))
    bundle.dsseEnvelope = { payload: payload.toString('base64'), payloadType: PAYLOAD_TYPE, signatures: [{ sig }] }
    writeFileSync(shop.path(`dist/${BUNDLE}`), JSON.stringify(bundle))
  }
  const ours = (): Statement => shop.statement(`dist/${BUNDLE}`)
  const withRule = (files: unknown): Statement => {
    const copy = structuredClone(ours()) as {
      predicate: { buildDefinition: { externalParameters: { files: unknown } } }
    }
    copy.predicate.buildDefinition.externalParameters.files = files
    return copy as unknown as Statement
  }

  test('about the same files, with another build type, is held to the default rule', async () => {
    sealWithKey(
      makeStatement(ours().subject, SLSA_PROVENANCE, { buildDefinition: { buildType: 'https://example.com' } }),
    )
    expect(await shop.verify('dist')).toMatchObject({ ok: true, files: { ok: 3 } })
    shop.put(['dist/x.js'])
    expect(await shop.verify('dist')).toMatchObject({ ok: false, files: { extra: ['x.js'] } })
  })

  test('of another predicate type is no signature of a build', async () => {
    sealWithKey(makeStatement(ours().subject, 'https://cosign.sigstore.dev/attestation/vuln/v1', {}))
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'PREDICATE_TYPE' }] })
    // As a program in plain JavaScript may pass it on.
    const policy = { ...alone, predicateType: undefined } as unknown as Policy
    expect(await shop.verify('dist', { policy })).toMatchObject({ ok: false, reasons: [{ code: 'PREDICATE_TYPE' }] })
  })

  const digest = { sha256: 'a'.repeat(64) }
  test.each<[string, Statement['subject']]>([
    ['a name that leaves the folder', [{ name: '../key.pem', digest }]],
    ['an absolute name', [{ name: '/etc/passwd', digest }]],
    ['a Windows path', [{ name: 'assets\\a.js', digest }]],
    ['a drive', [{ name: 'C:a.js', digest }]],
    [
      'a name twice',
      [
        { name: 'index.html', digest },
        { name: 'index.html', digest },
      ],
    ],
    ['a name with an escape sequence', [{ name: '\u001b[2Ja', digest }]],
    ['no name', [{ name: '', digest }]],
    ['no digest that is known', [{ name: 'index.html', digest: { md5: 'x' } }]],
  ])('with %s is refused', async (_, subject) => {
    sealWithKey({ ...ours(), subject })
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'SUBJECT_INVALID' }] })
  })

  test.each<[string, unknown, string]>([
    ['without rule', undefined, 'STATEMENT_INVALID'],
    ['whose rule is no object', 'x', 'STATEMENT_INVALID'],
    ['whose rule is empty', {}, 'STATEMENT_INVALID'],
    ['that excludes no list', { bundle: BUNDLE, dotfiles: false, exclude: 'x' }, 'STATEMENT_INVALID'],
    ['that excludes no names', { bundle: BUNDLE, dotfiles: false, exclude: [1] }, 'STATEMENT_INVALID'],
    ['whose bundle leaves the folder', { bundle: '../x', dotfiles: false, exclude: [] }, 'SUBJECT_INVALID'],
  ])('%s is refused', async (_, files, code) => {
    sealWithKey(withRule(files))
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code }] })
  })
})

describe('a bundle file', () => {
  test('that is no bundle is a verdict that names it', async () => {
    const path = shop.path(`dist/${BUNDLE}`)
    for (const text of ['', '{', '{}', 'null', '[]', '\u0000\ud800', '{"mediaType":1}']) {
      writeFileSync(path, text)
      const { ok, reasons, evidence } = await shop.verify('dist')
      expect(ok).toBe(false)
      expect(evidence).toBeUndefined()
      expect(reasons).toMatchObject([{ code: 'BUNDLE_INVALID', file: path, message: expect.stringContaining(path) }])
    }
  })

  test('of 100 MB is refused before it is read', async () => {
    truncateSync(shop.path(`dist/${BUNDLE}`), 100 * 1024 * 1024)
    await expect(shop.verify('dist')).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
      message: expect.stringContaining(shop.path(`dist/${BUNDLE}`)),
    })
  })

  test('that is a folder is an error, as is a folder that is not there', async () => {
    rmSync(shop.path(`dist/${BUNDLE}`))
    mkdirSync(shop.path(`dist/${BUNDLE}`))
    await expect(shop.verify('dist')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    await expect(shop.verify('gone')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(shop.verify('key.pem')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  test('with any byte flipped does not verify, and nothing crashes', async () => {
    const path = shop.path(`dist/${BUNDLE}`)
    const good = Buffer.from(shop.read(`dist/${BUNDLE}`))
    const meaning = JSON.stringify(JSON.parse(good.toString()))
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good)
      bad.writeUInt8(bad.readUInt8(at) ^ (1 << (at % 7)), at)
      writeFileSync(path, bad)
      const verdict = await shop.verify('dist').catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'SealwaxError' })
        return { ok: false }
      })
      if (verdict.ok)
        expect(JSON.stringify(JSON.parse(bad.toString())).replace(/"hint":"[^"]*"/, '')).toBe(
          meaning.replace(/"hint":"[^"]*"/, ''),
        )
    }
  })
})

describe('more files than stock verifiers accept subjects', () => {
  test('are signed through a checksum file, and each is still named when it is wrong', async () => {
    const count = 10_000
    const files = Object.fromEntries(
      Array.from({ length: count - 3 }, (_, index) => [`dist/d${index % 50}/f${index}.js`, `${index}`]),
    )
    shop.put(files)
    const report = await signBuild(shop.path('dist'), { env: shop.env })
    expect(report?.roots).toMatchObject([{ files: count, sums: shop.path('dist/SHA256SUMS') }])
    expect(shop.statement(`dist/${BUNDLE}`).subject.map(({ name }) => name)).toEqual(['SHA256SUMS'])
    expect(await shop.verify('dist')).toMatchObject({ ok: true, files: { ok: count, ...none } })

    shop.put({ 'dist/d7/f7.js': 'changed', 'dist/new.js': 'x' })
    rmSync(shop.path('dist/d8/f8.js'))
    expect(await shop.verify('dist')).toMatchObject({
      ok: false,
      files: { ok: count - 2, changed: ['d7/f7.js'], missing: ['d8/f8.js'], extra: ['new.js'] },
    })
    expect(await shop.verify('dist', { files: ['d9/f9.js'] })).toMatchObject({ ok: true })
    expect(await shop.verify('dist', { files: ['d7/f7.js'] })).toMatchObject({ ok: false })
    expect(await shop.verify('dist', { files: ['new.js'] })).toMatchObject({ ok: false })

    shop.put({ 'dist/SHA256SUMS': `${shop.read('dist/SHA256SUMS')}${'a'.repeat(64)}  new.js\n` })
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'BUILD_CHANGED' }] })
    rmSync(shop.path('dist/SHA256SUMS'))
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'BUILD_CHANGED' }] })
  }, 60_000)

  test('begin at one more than the limit', async () => {
    const add = (from: number, to: number): void =>
      shop.put(Array.from({ length: to - from }, (_, index) => `dist/f${from + index}.js`))
    add(3, limits.statementSubjects)
    const full = await signBuild(shop.path('dist'), { env: shop.env })
    expect(full?.roots).toEqual([expect.not.objectContaining({ sums: expect.anything() })])
    expect(shop.statement(`dist/${BUNDLE}`).subject).toHaveLength(limits.statementSubjects)
    add(limits.statementSubjects, limits.statementSubjects + 1)
    const over = await signBuild(shop.path('dist'), { env: shop.env })
    expect(over?.roots).toMatchObject([{ files: limits.statementSubjects + 1, sums: expect.any(String) }])
    rmSync(shop.path('dist/f3.js'))
    await signBuild(shop.path('dist'), { env: shop.env })
    expect(shop.has('dist/SHA256SUMS')).toBe(false)
    expect(await shop.verify('dist')).toMatchObject({ ok: true })
  })

  test('are signed again after a process was killed between its two files', async () => {
    shop.put(Array.from({ length: limits.statementSubjects }, (_, index) => `dist/f${index}.js`))
    await signBuild(shop.path('dist'), { env: shop.env })
    renameSync(shop.path(`dist/${BUNDLE}`), shop.path(`dist/.${BUNDLE}.0123456789ab.sealwax-tmp`))
    expect(await shop.verify('dist')).toMatchObject({ ok: false, reasons: [{ code: 'SIGNATURE_MISSING' }] })
    shop.put({ 'dist/f1.js': 'changed' })
    await signBuild(shop.path('dist'), { env: shop.env })
    expect(await shop.verify('dist')).toMatchObject({ ok: true })
  })

  test('are signed again where they were copied to, though all times are others', async () => {
    shop.put(Array.from({ length: limits.statementSubjects }, (_, index) => `dist/f${index}.js`))
    await signBuild(shop.path('dist'), { env: shop.env })
    utimesSync(shop.path(`dist/${BUNDLE}`), 1, 1)
    shop.put({ 'dist/f1.js': 'changed' })
    await signBuild(shop.path('dist'), { env: shop.env })
    expect(await shop.verify('dist')).toMatchObject({ ok: true })
  })

  // Windows has no pipes in folders.
  test.each(process.platform === 'win32' ? ['a folder'] : ['a folder', 'a pipe'])(
    'do not verify when %s has the name of the checksum file',
    async (what) => {
      shop.put(Array.from({ length: limits.statementSubjects }, (_, index) => `dist/f${index}.js`))
      await signBuild(shop.path('dist'), { env: shop.env })
      rmSync(shop.path('dist/SHA256SUMS'))
      if (what === 'a pipe') execFileSync('mkfifo', [shop.path('dist/SHA256SUMS')])
      else mkdirSync(shop.path('dist/SHA256SUMS'))
      expect(await shop.verify('dist')).toMatchObject({
        ok: false,
        reasons: [{ code: 'FILE_UNREADABLE', message: expect.stringContaining('SHA256SUMS') }],
      })
    },
  )

  test('never overwrite a checksum file of the user', async () => {
    shop.put(Array.from({ length: limits.statementSubjects }, (_, index) => `dist/f${index}.js`))
    shop.put({ 'dist/SHA256SUMS': 'mine' })
    await expect(signBuild(shop.path('dist'), { env: shop.env })).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(shop.read('dist/SHA256SUMS')).toBe('mine')
  })
})
