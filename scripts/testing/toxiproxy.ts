// For tests: a connection to a real server through Toxiproxy, that can be cut, silenced and slowed.

/** `upstream`: of what the client sends; `downstream`: of what the server answers. */
export type Stream = 'upstream' | 'downstream'

/** What can be wrong with a connection. */
export type Toxic =
  /** Every piece is held back for so long. */
  | { readonly type: 'latency'; readonly attributes: { readonly latency: number } }
  /** Nothing gets through; the connection is closed after so many ms, 0: never. */
  | { readonly type: 'timeout'; readonly attributes: { readonly timeout: number } }
  /** The connection is reset after so many ms. */
  | { readonly type: 'reset_peer'; readonly attributes: { readonly timeout: number } }
  /** The connection is closed after so many bytes. */
  | { readonly type: 'limit_data'; readonly attributes: { readonly bytes: number } }
  /** So many KB/s. */
  | { readonly type: 'bandwidth'; readonly attributes: { readonly rate: number } }
  /** Closing takes so many ms longer. */
  | { readonly type: 'slow_close'; readonly attributes: { readonly delay: number } }

export class ToxicProxy {
  readonly #path: string
  readonly port: number

  constructor(path: string, port: number) {
    this.#path = path
    this.port = port
  }

  /** Adds one of a type per stream; also for connections that exist. */
  async add(toxic: Toxic, stream: Stream): Promise<void> {
    await call(`${this.#path}/toxics`, 'POST', { ...toxic, stream })
  }

  /** Connections that exist are cut, new ones are refused. */
  async down(): Promise<void> {
    await call(this.#path, 'POST', { enabled: false })
  }

  /** As at the beginning: no toxics, connections taken. */
  async heal(): Promise<void> {
    await call(this.#path, 'POST', { enabled: true })
    const { toxics } = await call(this.#path, 'GET')
    for (const { name } of toxics) await call(`${this.#path}/toxics/${name}`, 'DELETE')
  }

  async remove(): Promise<void> {
    await call(this.#path, 'DELETE')
  }
}

let count = 0

/** A proxy of one's own before `upstream`, `host:port`, on a free port of 127.0.0.1. */
export async function openProxy(toxiproxy: { readonly url: string }, upstream: string) {
  const name = `windrow-${process.pid}-${Date.now()}-${count++}`
  const proxies = `${toxiproxy.url}/proxies`
  const { listen } = await call(proxies, 'POST', { name, listen: '127.0.0.1:0', upstream })
  return new ToxicProxy(`${proxies}/${name}`, Number(listen.split(':').at(-1)))
}

interface ProxyState {
  readonly listen: string
  readonly toxics: readonly { readonly name: string }[]
}

async function call(url: string, method: 'GET' | 'POST' | 'DELETE', body?: object) {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.trim()}`)
  return JSON.parse(text || '{}') as ProxyState
}
