import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Claim, claimFolder, readClaims, type SandboxState } from '../../src/sandbox/claim.ts'
import { type Control, openControl } from '../../src/sandbox/control.ts'
import { makeFolder } from '../command.ts'

let folder: ReturnType<typeof makeFolder>
let controls: Control[]
beforeEach(() => {
  folder = makeFolder()
  controls = []
})
afterEach(() => {
  for (const control of controls) control.close()
  folder.remove()
})

/** Somebody who wants the folder, with a control server that answers. */
async function contender(): Promise<Control> {
  const control = await openControl({ environment: async () => ({}), stop: () => undefined })
  controls.push(control)
  return control
}

/** All of them at once. @returns the claims that were granted */
async function race(contenders: readonly Control[]): Promise<Claim[]> {
  const claims = await Promise.all(
    contenders.map(async (control) => {
      const claim = await claimFolder(folder.path, control.state)
      // Who lost ends.
      if (claim === undefined) control.close()
      return claim
    }),
  )
  return claims.filter((claim) => claim !== undefined)
}

/** A claim whose owner has ended. */
async function deadState(): Promise<SandboxState> {
  const control = await contender()
  control.close()
  return control.state
}

const before: [string, () => Promise<Readonly<Record<string, string>>>][] = [
  ['an empty folder', async () => ({})],
  ['a folder whose owner has died', async () => ({ 'sandbox.1.json': JSON.stringify(await deadState()) })],
  ['a folder with a damaged claim', async () => ({ 'sandbox.3.json': '{"pid":' })],
  [
    'a folder with several claims of the dead',
    async () => ({ 'sandbox.9.json': JSON.stringify(await deadState()), 'sandbox.10.json': '' }),
  ],
]
test.each(before)('of many that want %s at once exactly one gets it, and tidies up', async (_, prepare) => {
  for (const [name, text] of Object.entries(await prepare())) writeFileSync(join(folder.path, name), text)
  const contenders = await Promise.all(Array.from({ length: 8 }, contender))
  const claims = await race(contenders)
  expect(claims).toHaveLength(1)
  expect(readClaims(folder.path)).toEqual(claims)
  expect(readdirSync(folder.path)).toHaveLength(1)
})

test('a claim holds as long as its owner answers, and no longer', async () => {
  const [first, second, third] = [await contender(), await contender(), await contender()]
  expect(await claimFolder(folder.path, first.state)).toMatchObject({ state: first.state })
  expect(await claimFolder(folder.path, second.state)).toBeUndefined()
  first.close()
  expect(await claimFolder(folder.path, third.state)).toMatchObject({ state: third.state })
})

test('a claim is not given to who learns of another while making its own', async () => {
  const [first, second] = [await contender(), await contender()]
  // The other's claim is being written while ours is made: it shows up in the second look only.
  const path = join(folder.path, 'sandbox.1.json')
  writeFileSync(path, '')
  const asked = claimFolder(folder.path, second.state)
  writeFileSync(path, JSON.stringify(first.state))
  expect(await asked).toBeUndefined()
  expect(readClaims(folder.path)).toMatchObject([{ number: 1, state: first.state }])
})
