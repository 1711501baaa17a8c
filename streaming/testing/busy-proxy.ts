// For tests: a proxy before an HTTP server that can be told to answer itself, "503, try again later".
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BusyProxy {
  /** `host:port`. */
  readonly hostPort: string
  /** Answers 503 to everything, with this many seconds of `Retry-After`, until `serves`. */
  isBusyFor(seconds: number): void
  serves(): void
  close(): Promise<void>
}

/** `upstream`: `host:port`. */
export async function busyProxy(upstream: string): Promise<BusyProxy> {
  const [host, port] = upstream.split(':')
  let retryAfterS: number | undefined
  const server = createServer((incoming, outgoing) => {
    if (retryAfterS !== undefined) {
      incoming.resume()
      outgoing.writeHead(503, { 'retry-after': String(retryAfterS) }).end('{"message":"busy"}')
      return
    }
    const { method, url, headers } = incoming
    const onwards = request({ host, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onwards.on('error', () => incoming.socket.destroy())
    outgoing.on('close', () => onwards.destroy())
    incoming.pipe(onwards)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    hostPort: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    isBusyFor: (seconds) => {
      retryAfterS = seconds
    },
    serves: () => {
      retryAfterS = undefined
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
