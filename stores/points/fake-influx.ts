// For tests: a server that answers as it is told and remembers what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Certificate } from '../../scripts/testing/certificates.ts'

export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly body: string
}

export interface FakeAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Absent: an empty body. */
  readonly body?: unknown
  /**
   * Instead of an answer: the connection is cut, or nothing ever comes; `half…`: after half of the body.
   */
  readonly instead?: 'cut' | 'silence' | 'half, then cut' | 'half, then silence'
  /** The answer comes so late. */
  readonly afterMs?: number
}

export interface FakeServer {
  readonly url: string
  readonly requests: readonly FakeRequest[]
  close(): Promise<void>
}

export async function fakeServer(
  answer: (request: FakeRequest) => FakeAnswer,
  /** Given: it speaks https. */
  certificate?: Certificate,
): Promise<FakeServer> {
  const requests: FakeRequest[] = []
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = await read(incoming)
    requests.push(request)
    const { status, headers, body, instead, afterMs = 0 } = answer(request)
    if (instead === 'cut') incoming.socket.destroy()
    if (instead === 'cut' || instead === 'silence') return
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs))
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
    if (instead === undefined) outgoing.end(text)
    else
      outgoing.write(text.slice(0, text.length / 2), () => {
        if (instead === 'half, then cut') incoming.socket.destroy()
      })
  }
  const server = certificate ? createSecure(certificate, handle) : createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function read(incoming: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const zipped = incoming.headers['content-encoding'] === 'gzip'
  const url = new URL(incoming.url ?? '/', 'http://fake')
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    authorization: incoming.headers.authorization,
    body: (zipped ? gunzipSync(bytes) : bytes).toString('utf8'),
  }
}
