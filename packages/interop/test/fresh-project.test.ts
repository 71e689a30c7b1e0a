// A stranger's first hour: the packages as they would be published, installed with npm into a project outside of this workspace.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openWorkbench, type Run } from './command.ts'

const bench = openWorkbench()

const root = fileURLToPath(new URL('../../..', import.meta.url))
const packages = ['core', 'sandbox', 'cli', 'vite']

/** Builds and packs the packages. @returns the tarballs' paths */
function packAll(): string[] {
  const node = (cwd: string, ...args: string[]): void => {
    execFileSync(process.execPath, args, { cwd, stdio: 'pipe' })
  }
  const tarballs = bench.path('tarballs')
  mkdirSync(tarballs)
  node(root, join(root, 'node_modules/typescript/bin/tsc'), '-b', ...packages.map((name) => join('packages', name)))
  for (const name of packages)
    node(
      join(root, 'packages', name),
      join(root, 'node_modules/pnpm/bin/pnpm.mjs'),
      'pack',
      '--pack-destination',
      tarballs,
    )
  return readdirSync(tarballs).map((name) => join(tarballs, name))
}

/** A small project without us. */
function putProject(): void {
  bench.put('app/package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }))
  bench.put('app/index.html', '<!doctype html><title>app</title><script type="module" src="/main.js"></script>')
  bench.put('app/main.js', "import('./lazy.js').then(({ text }) => document.body.append(text))")
  bench.put('app/lazy.js', "export const text = 'hello'")
  bench.put('app/public/robots.txt', 'User-agent: *')
}

/** Lines that the stranger types into a shell of the project, at a laptop. */
function type(...lines: string[]): Promise<Run> {
  return bench.run('sh', ['-ec', ['cd app', ...lines].join('\n')])
}

/** What the README tells a stranger to type at a laptop: its first sh block after these words, line by line as it stands. */
function readmeLines(): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, block = ''] = /\*\*On a laptop\*\*[\s\S]*?^```sh\n([\s\S]*?)^```$/m.exec(readme) ?? []
  return block.split('\n').filter((line) => line.trim() !== '')
}

const outOfReach = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|network/

test(
  'packed, installed and added to a config, the plugin signs a build that the command verifies',
  { timeout: 300_000 },
  async (context) => {
    putProject()
    const tarballs = packAll()
    expect(tarballs).toHaveLength(packages.length)
    try {
      execFileSync('npm', ['install', '--no-audit', '--no-fund', 'vite@8', ...tarballs], {
        cwd: bench.path('app'),
        stdio: 'pipe',
      })
    } catch (error) {
      const reason = `npm's registry is out of reach: ${(error as { stderr: Buffer }).stderr.toString()}`
      if (!outOfReach.test(reason)) throw error
      console.warn(reason)
      return context.skip('the registry of npm is out of reach')
    }
    bench.put(
      'app/vite.config.js',
      "import { sealwax } from '@sealwax/vite'\nexport default { plugins: [sealwax()] }\n",
    )

    const verify = (who: string): string =>
      `npx sealwax verify-build dist --certificate-identity ${who} --certificate-oidc-issuer https://github.com/login/oauth`
    const unsigned = await type('npx vite build', verify('nobody@acme.example'))
    expect(unsigned).toMatchObject({ code: 10, stdout: expect.stringContaining('not signed') })

    const lines = readmeLines()
    for (const words of ['npx sealwax sandbox --background', 'npx vite build', 'npx sealwax verify-build', '--stop'])
      expect(lines).toContainEqual(expect.stringContaining(words))
    try {
      // One shell, as the stranger has; it ends at the first line that fails.
      const followed = await type(...lines)
      expect(followed, followed.stderr).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/\d files signed by [\s\S]* files as signed/),
        stderr: expect.stringContaining('The sandbox has stopped.'),
      })
      const [, who = ''] = /files signed by (\S+)/.exec(followed.stdout) ?? []
      // The README promises the very name.
      expect(lines.join('\n')).toContain(`signed by ${who} `)
      // Outside of the sandbox nobody believes it.
      expect((await type(verify(who))).code).toBe(12)
      // Who has kept its trusted root can still tell, and sees a change.
      const trust = `export SEALWAX_TRUSTED_ROOT='${bench.path('home/.local/state/sealwax/sandbox/trusted_root.json')}'`
      expect(await type(trust, verify(who))).toMatchObject({ code: 0 })
      const changed = await type(trust, "printf ' ' >> dist/index.html", verify(who))
      expect(changed).toMatchObject({ code: 12, stdout: expect.stringContaining('index.html') })
    } finally {
      const { stderr } = await type('npx sealwax sandbox --stop')
      expect.soft(stderr).toBe('No sandbox was running.\n')
    }
  },
)
