#!/usr/bin/env node
// The command: arguments in, exit code out. What it does is in client.ts, which tests call without a process.
import { answer } from './client.ts'

// Until something is known nothing is good, however this process ends.
process.exitCode = 1
const { code, stdout, stderr } = await answer(process.argv.slice(2), process.env)
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = code
