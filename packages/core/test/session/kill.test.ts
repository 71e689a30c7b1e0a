import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { signBuild } from '../../src/session/index.ts'
import { BUNDLE, openWorkshop } from './workshop.ts'

test('a process killed at any moment while it signs leaves a good bundle, and the next signing cleans up', async () => {
  const shop = openWorkshop()
  // Above the limit of subjects, so that two files are written each time.
  shop.put(Array.from({ length: 1500 }, (_, index) => `dist/f${index}.js`))
  for (let round = 0; round < 8; round++) {
    const child = fork(new URL('kill-child.ts', import.meta.url), [shop.path('dist')], {
      env: { ...process.env, ...shop.env },
      execArgv: ['--no-warnings'],
    })
    // Also when it ends by itself: what it leaves then is looked at below.
    await new Promise((resolve) => child.once('message', resolve).once('exit', resolve))
    await new Promise((resolve) => setTimeout(resolve, 7 * round))
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    expect(await shop.verify('dist')).toMatchObject({ ok: true, files: { ok: 1500 } })
  }
  shop.put([`dist/.${BUNDLE}.0123456789ab.sealwax-tmp`])
  await signBuild(shop.path('dist'), { env: shop.env })
  expect(readdirSync(shop.path('dist')).filter((name) => name.startsWith('.'))).toEqual([])
  expect(await shop.verify('dist')).toMatchObject({ ok: true })
  shop.close()
}, 60_000)
