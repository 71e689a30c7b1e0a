import { Refusal, type Service } from '../http/service.ts'
import type { TufRepository } from './repository.ts'

/** The repository as a folder on a web server, for that is all that TUF asks for. */
export function tufService(repository: TufRepository): Service {
  return {
    name: 'tuf',
    routes: [
      {
        method: 'GET',
        path: /^\/(.*)$/,
        handle: (call, [path = '']) => {
          const body = repository.read(path, call.now, call.lie)
          if (body === undefined) throw new Refusal(404, 'there is no such file')
          return { status: 200, headers: { 'content-type': 'application/json' }, body }
        },
      },
    ],
  }
}
