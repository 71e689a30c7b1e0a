// A password typed at a real terminal. Python's pty is the one portable way to have one; without it the test says so.
import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { good, makeFolder, sealwax } from './command.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const hasPty = spawnSync('python3', ['-c', 'import pty']).status === 0

/** Runs a command in a terminal, types the password the moment it is asked for, and prints what the terminal shows. */
const typist = `
import os, pty, sys, time
pid, fd = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
shown, typed = b'', False
while True:
    try: piece = os.read(fd, 4096)
    except OSError: break
    if not piece: break
    shown += piece
    if not typed and b'password' in shown:
        os.write(fd, b'swordfish\\n')
        typed = True
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(shown)
sys.exit(code)
`

/** Makes the race certain: the process rests after it has asked, as a busy machine may make it. */
const pause = `
const write = process.stderr.write
process.stderr.write = function (text, ...rest) {
  const done = write.call(this, text, ...rest)
  if (String(text).includes('password')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  return done
}`

test.skipIf(!hasPty)(
  `a password that is typed as soon as it is asked for is not shown${hasPty ? '' : ' (skipped: no python3 with pty)'}`,
  async () => {
    const folder = makeFolder()
    try {
      await good(sealwax(['generate-key-pair'], { cwd: folder.path, env: { COSIGN_PASSWORD: 'swordfish' } }))
      writeFileSync(join(folder.path, 'pause.mjs'), pause)
      const env = {
        PATH: process.env['PATH'],
        NODE_OPTIONS: `--import=${pathToFileURL(join(folder.path, 'pause.mjs')).href}`,
      }
      const command = [process.execPath, main, 'public-key', '--key', 'cosign.key']
      const { stdout } = await promisify(execFile)('python3', ['-c', typist, ...command], { cwd: folder.path, env })
      expect(stdout).toContain('Enter password for cosign.key: ')
      expect(stdout).toContain('-----BEGIN PUBLIC KEY-----')
      expect(stdout).not.toContain('swordfish')
    } finally {
      folder.remove()
    }
  },
)
