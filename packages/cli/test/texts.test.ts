import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sealwax } from './command.ts'

test('nowhere is the command called as if it were on the PATH', async () => {
  const packages = fileURLToPath(new URL('../..', import.meta.url))
  const texts = ['cli', 'sandbox', 'vite'].map((name) => readFileSync(join(packages, name, 'README.md'), 'utf8'))
  texts.push((await sealwax(['--help'])).stdout, (await sealwax(['help', 'sandbox'])).stdout)
  expect(texts.join('\n')).toContain('npx sealwax sandbox --background')
  for (const text of texts) expect(text).not.toMatch(/(?<!npx )sealwax (sandbox --|sign-build dist`)/)
})
