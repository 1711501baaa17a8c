// For tests: a proxy that has a dashboard below a path, as one with a login would.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Below {
  readonly url: string
  close(): void
}

/** `url` is of the dashboard, `path` like "/shop/". */
export async function below(url: string, path: string): Promise<Below> {
  const server = createServer((asked, answer) => {
    if (!asked.url?.startsWith(path)) {
      answer.writeHead(404).end()
      return
    }
    const { method, headers } = asked
    const to = new URL(asked.url.slice(path.length - 1), url)
    const passed = request(to, { method, headers: { ...headers, host: to.host } }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    answer.on('close', () => passed.destroy())
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
