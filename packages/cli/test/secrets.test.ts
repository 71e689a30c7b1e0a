// A key or a token where its place belongs: nothing of it comes back, whichever flag it was given to.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { good, makeFolder, sealwax } from './command.ts'

const folder = makeFolder()
const put = (name: string, text: string): void => writeFileSync(join(folder.path, name), text)
const env = { COSIGN_PASSWORD: 'swordfish' }

beforeAll(async () => {
  put('a.txt', 'first\n')
  await good(sealwax(['generate-key-pair'], { cwd: folder.path, env }))
})
afterAll(() => folder.remove())

test('what looks like a key or a token on the command line is never repeated', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'RS256' })}.${part({ sub: 'jane@acme.example', aud: 'sigstore' })}.${'c2lnbmF0dXJl'.repeat(8)}`
  const uses: (readonly [secret: string, ...args: string[]])[] = [
    [pem, 'verify-blob', '--key', pem, '--certificate-identity', 'a', 'a.txt'],
    [pem, 'verify-blob', `--key=${pem}`, 'a.txt'],
    [pem, 'verify-blob', '--key', 'cosign.pub', '--witness', pem, 'a.txt'],
    [token, 'verify-blob', '--key', 'cosign.pub', `--witness=${token}`, '-o', 'json', 'a.txt'],
    [pem, 'public-key', '--key', Buffer.from(pem).toString('base64')],
    [token, 'verify-blob', '--key', 'cosign.pub', '--bundle', token, 'a.txt'],
    [token, 'verify-blob', '--key', 'cosign.pub', `--bundle=${token}`, '-o', 'json', 'a.txt'],
    [token, 'verify-blob', '--key', 'cosign.pub', token],
    [token, 'verify-blob', '--key', 'cosign.pub', '-o', 'json', token],
    [token, 'verify-blob', '--key', 'cosign.pub', '--trusted-root', token, 'a.txt'],
    [token, 'sign-blob', '--key', 'cosign.key', '--signing-config', token, 'a.txt'],
    [token, 'sign-build', '--key', 'cosign.key', '--bundle', token, '.'],
    [token, 'sign-build', '--key', 'cosign.key', '--mode', token, '.'],
    [token, 'verify-build', '--key', 'cosign.pub', token],
    [token, token],
  ]
  for (const [secret, ...args] of uses) {
    const { code, stdout, stderr } = await sealwax(['-d', ...args], { cwd: folder.path, env })
    const said = stdout + stderr
    expect(code, said).not.toBe(0)
    const shown = [secret, ...args]
      .flatMap((text) => text.match(/[\w+/=]{20,}/g) ?? [])
      .filter((run) => said.includes(run))
    expect(shown, args.join(' ')).toEqual([])
  }
  const inVariable = await sealwax(['-d', 'sign-blob', 'a.txt'], {
    cwd: folder.path,
    env: { ...env, COSIGN_KEY: token },
  })
  expect(inVariable.code).not.toBe(0)
  expect(inVariable.stderr).not.toContain(token.slice(0, 20))
})

test('env shows a key in a variable only when it is asked to', async () => {
  const text = 'Zm9v'.repeat(20)
  const variables = { SEALWAX_KEY: text, SEALWAX_IDENTITY_TOKEN: text }
  expect((await good(sealwax(['env'], { env: variables }))).stdout).not.toContain(text)
  const { stdout } = await good(sealwax(['env', '--show-sensitive-values'], { env: variables }))
  expect(stdout).toContain(`SEALWAX_KEY=${text}\n`)
  expect(stdout).toContain(`SEALWAX_IDENTITY_TOKEN=${text}\n`)
})

test('the name of a file that is there is shown, whatever it looks like, and so is a digest', async () => {
  const name = 'Zm9v'.repeat(20)
  const verify = (file: string): ReturnType<typeof sealwax> =>
    sealwax(['verify-blob', '--key', 'cosign.pub', '--insecure-ignore-tlog', file], { cwd: folder.path })
  put(name, 'x')
  expect((await verify(name)).stdout).toContain(`${name}: FAILED`)
  const digest = createHash('sha256').update('nowhere').digest('hex')
  expect((await verify(digest)).stdout).toContain(`${digest}: FAILED`)
})
