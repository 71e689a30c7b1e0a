// Standard output and standard error as they may fail: a reader that left (`sealwax … | head`), a full disk. Neither may change
// what a verb found out, and nothing that was lost may look like success. Imports nothing: main.ts reads it each time.

const faults = new Map<NodeJS.WriteStream, NodeJS.ErrnoException>()

/** From here on a stream that fails stops nothing: the first error of each is kept, what is written later is lost. */
export function guardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!faults.has(stream)) faults.set(stream, error)
    })
  }
}

/**
 * Waits until the result is written.
 * @returns `code`; 1 in the place of 0 when the result could not be written, and then `report` is told. A reader that left has
 * read what it wanted; and when nobody reads standard error, nobody is to be told.
 */
export async function settle(code: number, report: (fault: NodeJS.ErrnoException) => void): Promise<number> {
  await written(process.stdout)
  const fault = faults.get(process.stdout)
  if (fault !== undefined && fault.code !== 'EPIPE') {
    report(
      Object.assign(new Error(`the result could not be written: ${fault.message}`), {
        code: fault.code,
        syscall: 'write',
      }),
    )
    code ||= 1
  }
  await written(process.stderr)
  return code
}

/** An error comes after the call that caused it: the next turn knows of all. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => setImmediate(resolve)))
}
