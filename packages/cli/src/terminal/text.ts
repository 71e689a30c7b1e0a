// Text for a person. Much of it comes from outside (file names, certificates, answers of services) and must not steer the terminal.
import { styleText } from 'node:util'
import { conceal } from './concealed.ts'

type Style = Parameters<typeof styleText>[0]

/**
 * `value` with every control and direction-changing character written out (`\u{1b}`): a file name or an e-mail address must
 * not move the cursor, colour the line or reverse what is read. Newlines are written out too; secrets are left out.
 */
export function printable(value: string): string {
  return escaped(conceal(value))
}

/** The same for a secret that a person asked to see. */
export function escaped(value: string): string {
  return value.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

/** Styles text for stderr, where NO_COLOR, FORCE_COLOR and the terminal allow it. */
export function onStderr(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stderr })
}

/** Styles text for stdout, likewise. */
export function onStdout(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

/** A result as JSON, without secrets of the command line. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? conceal(part) : part), indent)
}

/** Writes lines of result. */
export function say(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

/** Writes lines that are not the result: notes, warnings, progress that stays. */
export function note(...lines: readonly string[]): void {
  process.stderr.write(lines.map((line) => `${line}\n`).join(''))
}

/** `WARNING: …`, as cosign writes it. */
export function warn(text: string): void {
  note(`${onStderr('yellow', 'WARNING:')} ${text}`)
}

/** Rows of label and value with the values under one another. */
export function table(rows: readonly (readonly [label: string, value: string])[], indent = '  '): string[] {
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `${indent}${label.padEnd(width)}  ${printable(value)}`)
}
