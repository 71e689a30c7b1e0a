// What `npm start` shows: a real build that signs itself, verified, then with one byte changed. Nothing is left running.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { styleText } from 'node:util'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'

const here = import.meta.dirname
const dist = join(here, 'dist')
const vite = join(here, 'node_modules', 'vite', 'bin', 'vite.js')
const sealwax = join(here, '..', '..', 'packages', 'cli', 'src', 'main.ts')

const identity = {
  issuer: 'https://token.actions.githubusercontent.com',
  workflow: 'https://github.com/acme/storefront/.github/workflows/release.yml@refs/heads/main',
}

let running: ChildProcess | undefined

const heading = (number: number, title: string): void => console.log(`\n${styleText('bold', `${number}. ${title}`)}\n`)
const indent = (lines: string): void => console.log(lines.trimEnd().replace(/^/gm, '   '))

// What the caller's shell says about signing must not change what is shown here.
const plain = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(SEALWAX|COSIGN|SIGSTORE|ACTIONS|GITHUB|GITLAB|CI|TURBO)(_|$)/.test(name),
  ),
)

/** Runs a command with the environment of a CI job, shows what it prints, and returns its exit code. */
async function run(environment: Record<string, string>, script: string, ...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plain, ...environment, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
  })
  running = child
  const exit = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)))
  const output = (await Promise.all([text(child.stdout), text(child.stderr)])).join('')
  // Vite's table of assets would hide the line that this is about.
  indent(output.replace(/^.*dist\/.*assets\/.*kB.*\n/gm, ''))
  return exit
}

async function verify(environment: Record<string, string>): Promise<number> {
  const { issuer, workflow } = identity
  const flags = ['--certificate-oidc-issuer', issuer, '--certificate-identity', workflow]
  indent(`$ sealwax verify-build dist --certificate-oidc-issuer ${issuer} \\\n    --certificate-identity ${workflow}\n`)
  const code = await run(environment, sealwax, 'verify-build', 'dist', ...flags)
  indent(styleText('dim', `exit code ${code}`))
  return code
}

/** Flips the lowest bit of one byte in the middle of the largest script. */
function changeOneByte(): { file: string; restore: () => void } {
  const assets = join(dist, 'assets')
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
  const [largest] = scripts
    .map((name) => ({ path: join(assets, name), bytes: readFileSync(join(assets, name)) }))
    .sort((a, b) => b.bytes.length - a.bytes.length)
  if (largest === undefined) throw new Error('the build wrote no script')
  const changed = Buffer.from(largest.bytes)
  const middle = changed.length >> 1
  changed[middle] = (changed[middle] ?? 0) ^ 1
  writeFileSync(largest.path, changed)
  return {
    file: relative(here, largest.path),
    restore: () => writeFileSync(largest.path, largest.bytes),
  }
}

/** What each step must end with; another exit code ends the show, for what follows would be about something else. */
function expectExit(expected: number, found: number): void {
  if (found !== expected) throw new Error(`This did not go as it should: exit code ${found}, expected ${expected}.`)
}

async function show(sandbox: Sandbox): Promise<void> {
  const environment = await sandbox.environment({
    kind: 'github',
    repository: 'acme/storefront',
    workflow: 'release.yml',
    ref: 'refs/heads/main',
  })

  heading(2, 'vite build signs what it puts out, as a CI job would: one line in vite.config.ts')
  expectExit(0, await run(environment, vite, 'build'))

  heading(3, 'Anyone can check it, offline: who built it, and that every file is the one that was built')
  expectExit(0, await verify(environment))

  heading(4, 'One byte of one file is changed')
  const { file, restore } = changeOneByte()
  indent(`${file}\n`)
  const tampered = await verify(environment)
  restore()
  expectExit(12, tampered)
}

/** The way from here to a project of one's own. */
const ownProject = [
  `npm run tarballs   packs sealwax (it is not on the registry yet) and prints the line that installs it`,
  '',
  `vite.config.ts     import { sealwax } from '@sealwax/vite'`,
  `                   export default defineConfig({`,
  `                     plugins: [sealwax()],          // after your other plugins`,
  `                   })`,
  '',
  `on a laptop        eval "$(npx sealwax sandbox --background)" && npx vite build`,
  `                   eval "$(npx sealwax sandbox --stop)"           (when you are done)`,
  `in GitHub Actions  permissions: { contents: read, id-token: write }`,
  `in GitLab CI       id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }`,
]

const directory = mkdtempSync(join(tmpdir(), 'sealwax-start-'))
const clean = (): void => rmSync(directory, { recursive: true, force: true })
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => {
    running?.kill()
    clean()
    process.exit(code)
  })
const started = performance.now()
const sandbox = await startSandbox({ directory })
try {
  heading(1, 'A private Sigstore starts on this machine (a sandbox: certificate authority, logs, clock)')
  indent(`up in ${Math.round(performance.now() - started)} ms at ${new URL(sandbox.urls.fulcio).origin}`)
  await show(sandbox)
  heading(5, 'Your own project')
  indent(ownProject.join('\n'))
  console.log(styleText('green', '\nSigned, verified, and the changed byte was found.'))
} catch (error) {
  console.error(styleText('red', `\n${error instanceof Error ? error.message : String(error)}`))
  process.exitCode = 1
} finally {
  await sandbox.close()
  clean()
}
