// The second door, for those who sign: putting an entry into a Rekor v1 log (Rekor's openapi.yaml).

export { createEntry } from './v1/client.ts'
export {
  dsseProposal,
  hashedRekordProposal,
  type ProposedEntry,
  requireLoggable,
  type Verifier,
} from './v1/proposal.ts'
