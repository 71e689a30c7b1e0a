// What is signed: names and digests. Reads files and folders (each byte once, with constant memory), reads and writes
// checksum files, and writes results so that a crash leaves no half of one.
// Not here: what is said about a subject (statement/), which subjects a build has (session/).
// Specs: in-toto ResourceDescriptor v1 (name, digest), GNU coreutils checksum format.

export {
  fileChunks,
  hashBytes,
  hashFile,
  type HashName,
  type Measured,
  measureFile,
  measureSteps,
  readBounded,
  stampOf,
} from './hash.ts'
export { checkName, type Subject } from './subject.ts'
export { formatSums, parseSums } from './sums.ts'
export { type FileRule, type Listing, listFiles, type Refusal, type TreeFile } from './tree.ts'
export { isTemporaryName, requireWritable, writeAtomically, type WriteOptions, writeTogether } from './write.ts'
