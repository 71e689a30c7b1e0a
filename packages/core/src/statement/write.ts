import { canonicalJson } from '../encoding/index.ts'
import type { Subject } from '../subject/index.ts'
import { type Statement, STATEMENT_TYPE } from './statement.ts'

/** A v1 statement from its parts. */
export function makeStatement(subject: readonly Subject[], predicateType: string, predicate: unknown): Statement {
  return { _type: STATEMENT_TYPE, subject, predicateType, predicate }
}

/** The statement's bytes: canonical JSON (RFC 8785), so that the same statement always is the same payload. */
export function statementBytes(statement: Statement): Buffer {
  return Buffer.from(canonicalJson(statement))
}
