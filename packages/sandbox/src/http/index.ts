// The one HTTP server: listening on 127.0.0.1, the size cap, the router, the request log, the faults.
// What is answered is the services' business.
export * from './server.ts'
export * from './service.ts'
