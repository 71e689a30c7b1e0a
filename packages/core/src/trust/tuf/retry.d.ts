// tuf-js's type declarations name this module, which it does not depend on. Nothing of ours uses what is declared here.
declare module 'retry' {
  export type TimeoutsOptions = never
  export type OperationOptions = never
}
