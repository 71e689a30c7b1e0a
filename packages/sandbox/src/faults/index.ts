// How services misbehave on purpose: what there is, which request is hit, and the form it has on a command line. What a lie looks like is
// made in each service. This folder needs nothing else of the sandbox, and is loaded where nothing else is: '@sealwax/sandbox/faults'.
export { knownLies, serviceNames, type Fault, type Faults, type Lie, type ServiceName } from './fault.ts'
export { countFaults, type TakeFault } from './take.ts'
export { formatFault } from './format.ts'
export { addFault, faultTexts, parseFault, type ServiceFault } from './text.ts'
