// What is in the real logs, asked of the logs themselves. Others write there too, so things are found by who signed them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

async function get<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return (await response.json()) as Answer
}

/** How many certificates for this name were promised to the CT log. Each one is before it is issued (RFC 6962, 4.6). */
export async function certificatesOf(name: string, ct: string): Promise<number> {
  const { tree_size: size } = await get<{ tree_size: number }>(`${ct}/ct/v1/get-sth`)
  const { entries } = await get<{ entries: { leaf_input: string }[] }>(
    `${ct}/ct/v1/get-entries?start=0&end=${size - 1}`,
  )
  if (entries.length !== size) throw new Error(`the CT log gave ${entries.length} of ${size} entries`)
  return entries.filter(({ leaf_input: leaf }) => Buffer.from(leaf, 'base64').includes(name)).length
}

/** How many statements were put into Rekor v1 with a certificate for this name. */
export async function statementsOf(name: string, rekor: string): Promise<number> {
  const { treeSize } = await get<{ treeSize: number }>(`${rekor}/api/v1/log`)
  let count = 0
  for (let index = 0; index < treeSize; index++) {
    const entry = await get<Record<string, { body: string }>>(`${rekor}/api/v1/log/entries?logIndex=${index}`)
    const [{ body } = { body: '' }] = Object.values(entry)
    if (certificateIn(body).includes(name)) count++
  }
  return count
}

/** How many entries with this text are in Rekor v2, whose tiles are in that folder (C2SP tlog-tiles, entry bundles). */
export function recordsWith(text: string, tiles: string): number {
  const [, size = '0'] = readFileSync(join(tiles, 'checkpoint'), 'utf8').split('\n')
  const last = Math.floor(Number(size) / 256)
  let count = 0
  for (let index = 0; index <= last; index++) {
    const part = Number(size) % 256
    if (index === last && part === 0) continue
    const name = `${String(index).padStart(3, '0')}${index === last ? `.p/${part}` : ''}`
    count += readFileSync(join(tiles, 'tile/entries', name), 'utf8').split(text).length - 1
  }
  return count
}

/** The certificate (DER) with which an entry of kind `dsse` was signed; empty where there is none. */
function certificateIn(body: string): Buffer {
  const { spec } = JSON.parse(decode(body).toString()) as { spec: { signatures?: [{ verifier: string }] } }
  const pem = decode(spec.signatures?.[0].verifier ?? '').toString()
  return decode(pem.replace(/-----.*-----|\s/g, ''))
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}
