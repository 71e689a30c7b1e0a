// How the services are reached: the one place where this room speaks of the network.
export { type Network, openNetwork } from '../net/index.ts'
