// `fetch`, which trusts an authority of one's own where that is given: Node's own cannot be told one.
import { request } from 'node:https'
import { Readable } from 'node:stream'

interface Init {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly body?: string | URLSearchParams
}

/** Statuses whose answers have no body. */
const WITHOUT_BODY = new Set([204, 205, 304])

/** `ca`: certificates in PEM form; absent: the well-known authorities. */
export function fetchTrusting(ca: string | undefined, url: string, init: Init): Promise<Response> {
  if (ca === undefined) return fetch(url, init)
  const { body, method, signal } = init
  const isForm = body instanceof URLSearchParams
  const headers = {
    ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' } : {}),
    ...init.headers,
  }
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, signal, ca }, (answer) => {
      const { statusCode: status = 500, statusMessage: statusText = '' } = answer
      const pairs = Object.entries(answer.headersDistinct)
      const told = pairs.flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      )
      const isEmpty = WITHOUT_BODY.has(status)
      if (isEmpty) answer.resume()
      const content = isEmpty ? null : (Readable.toWeb(answer) as ReadableStream)
      resolve(new Response(content, { status, statusText, headers: told }))
    })
    asked.on('error', reject)
    asked.end(body?.toString())
  })
}
