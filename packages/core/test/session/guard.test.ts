import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BUNDLE, openWorkshop, type Workshop } from './workshop.ts'

let shop: Workshop
beforeEach(() => {
  shop = openWorkshop()
})
afterEach(() => shop.close())

const child = fileURLToPath(new URL('guard-child.ts', import.meta.url))

function run(scenario: string): { code: number | null; said: string; signed: boolean } {
  const { PATH = '', SystemRoot = '' } = process.env
  const result = spawnSync(process.execPath, ['--no-warnings', child, scenario, shop.folder], {
    encoding: 'utf8',
    env: { ...shop.env, PATH, SystemRoot },
    timeout: 30_000,
  })
  return { code: result.status, said: result.stdout + result.stderr, signed: shop.has(`dist/${BUNDLE}`) }
}

describe('the exit guard', () => {
  test.each([
    'good',
    'late touch',
    'late dot-file',
    'rebuilt and signed again',
    'ended by whoever heard of the signature',
  ])('is silent after: %s', (scenario) => {
    expect(run(scenario)).toEqual({ code: 0, said: '', signed: true })
  })

  test.each([
    ['late change', '~a.js'],
    ['late file', '+late.js'],
    ['late removal', '-b.js'],
    ['removed bundle', `-${BUNDLE}`],
    ['removed folder', '-./'],
    ['two sessions', '+late.js'],
  ])('names what was changed after signing, and the process fails: %s', (scenario, name) => {
    const { code, said } = run(scenario)
    expect(said).toContain(`was changed after it was signed: ${name}\n`)
    expect(code).toBe(1)
  })

  test('is silent after an unsigned statement was written', () => {
    expect(run('good statement')).toEqual({ code: 0, said: '', signed: false })
    expect(shop.has('dist/attestation.intoto.json')).toBe(true)
  })

  test('shortens a long list', () => {
    expect(run('many late files')).toMatchObject({ code: 1, said: expect.stringContaining('+late-17.js and 12 more') })
  })

  test.each([
    ['exit code', 3],
    ['exception', 1],
  ])('removes the signature of a process that fails after signing: %s', (scenario, code) => {
    const result = run(scenario)
    expect(result).toMatchObject({ code, signed: false })
    expect(result.said).toContain(`exit code ${code}: removed the signature`)
  })

  test.each([
    ['never closed', 'NOT SIGNED: 1 output was written, and the build did not come to its end'],
    ['one output pending', 'NOT SIGNED: 1 output was written, 1 never got there'],
    ['ended while signing', 'NOT SIGNED: the process ended while the build was being signed'],
  ])('reports a build that would have been signed, and the process fails: %s', (scenario, message) => {
    expect(run(scenario)).toMatchObject({ code: 1, signed: false, said: expect.stringContaining(message) })
  })

  test.each([
    'failed, required',
    'failed, required, beside one that is off',
    'signed, then begun again and failed, required',
    'side by side, one failed, required',
  ])(
    'lets no process succeed that left files unsigned where a signature is required, whoever caught the failure: %s',
    (scenario) => {
      expect(run(scenario)).toMatchObject({
        code: 1,
        signed: false,
        said: expect.stringMatching(/^NOT SIGNED: \S+dist: a signature is required/m),
      })
    },
  )

  test('is silent when what failed was signed later, or is gone', () => {
    const word = 'not signed: the build failed\n'
    expect(run('failed, required, then signed')).toEqual({ code: 0, said: word, signed: true })
    expect(run('failed, required, and its folder removed')).toEqual({ code: 0, said: word, signed: false })
  })

  test('asks for no signature of the settings that were replaced by others', () => {
    expect(run('signed with other settings later')).toEqual({ code: 0, said: '', signed: false })
    expect(shop.has('dist/other.json')).toBe(true)
  })

  test('is not needed to hear that a build wrote after another one beside it had failed', () => {
    expect(run('side by side, one failed')).toMatchObject({
      code: 0,
      said: expect.stringContaining('not signed: 1 output was written after another build of the same project failed'),
    })
  })

  test('only warns of it when a signature is not required', () => {
    expect(run('never closed, not required')).toMatchObject({ code: 0, said: expect.stringContaining('NOT SIGNED') })
  })

  test.each(['never closed, nobody to sign', 'never closed, off', 'never closed, failed', 'nothing'])(
    'has nothing to say after: %s',
    (scenario) => expect(run(scenario)).toEqual({ code: 0, said: '', signed: false }),
  )
})
