import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('the bench runs at tiny sizes and its table has every row', { timeout: 120_000 }, () => {
  const output = execFileSync(process.execPath, [main, '--quick'], { encoding: 'utf8', stdio: 'pipe' })
  const rows = output.split('\n').filter((line) => /^\| \d+ \|/.test(line))
  expect(rows.map((row) => row.split(' | ')[1])).toEqual([
    expect.stringMatching(/^Sign a build of 20 files, keyless/),
    expect.stringMatching(/^Sign a build of 20 files, keyless/),
    'Hash 50 files of 8 KB',
    'The same, against the raw loop with the plainest listing',
    'In the hooks of the Vite plugin, less the network',
    'The same work with no build beside it, less the network',
    'Whole builds in pairs: with the plugin, network included',
    '`sealwax version`',
    'Load `@sealwax/core/verify`',
    '`sealwax verify-blob` of one file, keyless',
    'The same, against cosign',
    '`sealwax verify-blob` of 2 files in one call',
    'Verify a file, keyless',
    'Verify a statement, keyless',
    'Verify a statement, keyless, Rekor v2',
    'Verify a file, by key, logged',
    'Verify a file, by key, logged and timestamped',
    'Verify files, keyless, on two threads',
  ])
  expect(output).toMatch(/^- Machine: .+\n- Versions: .+\n- Peers: .+\n- Date: .+$/m)
})
