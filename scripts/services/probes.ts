// Questions only a ready server answers, asked without any client library: a Kafka Metadata request
// that lists a broker, the MySQL greeting, an HTTP request.
import { connect } from 'node:net'
import { HOST } from './service.ts'

const timeoutMs = 2000

/** Throws unless the status is 2xx; returns the response. */
export async function httpOk(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), ...init })
  if (response.ok) return response
  throw new Error(
    `${init.method ?? 'GET'} ${url}: ${response.status} ${(await response.text()).trim()}`,
  )
}

/**
 * Throws unless the broker knows itself as ready to serve: fenced brokers are not in its metadata.
 */
export async function kafkaBrokers(port: number): Promise<number> {
  const metadataV1 = [0, 3, 0, 1]
  const correlationId = [0, 0, 0, 1]
  const noClientId = [0xff, 0xff]
  const noTopics = [0, 0, 0, 0]
  const request = Buffer.from([
    0,
    0,
    0,
    14,
    ...metadataV1,
    ...correlationId,
    ...noClientId,
    ...noTopics,
  ])
  // Length, correlation id, then the array of brokers with its count.
  const response = await exchange(port, request, 12)
  const brokers = response.readInt32BE(8)
  if (brokers < 1) throw new Error('no broker is registered yet')
  return brokers
}

/** The version in the greeting that a MySQL or MariaDB server sends first. */
export async function mysqlVersion(port: number): Promise<string> {
  const greeting = await exchange(port, undefined, 40)
  const protocol = greeting[4]
  if (protocol !== 10) throw new Error(`expected a MySQL greeting of protocol 10, got ${protocol}`)
  const version = greeting.toString('latin1', 5, greeting.indexOf(0, 5))
  return version.replace(/^5\.5\.5-/, '')
}

/** Sends `request` and returns what came once it is at least `bytes` long. */
async function exchange(port: number, request: Buffer | undefined, bytes: number): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    const socket = connect({ host: HOST, port })
    const fail = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    socket.setTimeout(timeoutMs, () =>
      fail(new Error(`no answer on port ${port} within ${timeoutMs} ms`)),
    )
    socket.once('error', fail)
    socket.once('close', () => fail(new Error(`port ${port} closed the connection`)))
    socket.once('connect', () => request !== undefined && socket.write(request))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < bytes) return
      resolve(received)
      socket.destroy()
    })
  })
}
