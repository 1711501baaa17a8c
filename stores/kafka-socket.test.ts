import { once } from 'node:events'
import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TestAuthority } from '../scripts/testing/certificates.ts'
import { Frames, SPEAKS_TLS, wholeAnswersSocket } from './kafka-socket.ts'

const frame = (body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** Puts bytes where they are wanted. */
function receive(frames: Frames, bytes: Uint8Array): string | undefined {
  for (let at = 0; at < bytes.length; ) {
    const room = frames.room()
    const count = Math.min(room.length, bytes.length - at)
    room.set(bytes.subarray(at, at + count))
    at += count
    const trouble = frames.received(count)
    if (trouble !== undefined) return trouble
  }
  return undefined
}

it('answers are delivered whole, one by one, in order, as soon as they are there', () => {
  const length = fc.oneof({ weight: 4, arbitrary: fc.nat(300) }, fc.nat(200_000))
  const bodies = fc.array(fc.tuple(length, fc.nat(255)), { maxLength: 10 })
  const cuts = fc.array(fc.nat(300_000), { maxLength: 20 })
  fc.assert(
    fc.property(bodies, cuts, (bodiesOf, cutsAt) => {
      const sent = bodiesOf.map(([bytes, fill]) => frame(new Uint8Array(bytes).fill(fill)))
      const stream = Buffer.concat(sent)
      const ends = sent.map((_, i) =>
        sent.slice(0, i + 1).reduce((sum, one) => sum + one.length, 0),
      )
      const got: Buffer[] = []
      const frames = new Frames((one) => got.push(one))
      const places = [...cutsAt.map((at) => Math.min(at, stream.length)), 0, stream.length]
      places.sort((a, b) => a - b)
      for (let i = 1; i < places.length; i++) {
        receive(frames, stream.subarray(places[i - 1], places[i]))
        const whole = ends.filter((end) => end <= places[i]).length
        expect(got.length).toBe(whole)
      }
      expect(got.every((one, i) => one.equals(sent[i]))).toBe(true)
    }),
  )
})

it('the beginning of an answer whose connection broke is never seen', () => {
  const got: Buffer[] = []
  receive(new Frames((one) => got.push(one)), frame(Buffer.from('one')).subarray(0, 5))
  expect(got).toEqual([])
})

it('a server that wants TLS is told as such, as it says so in TLS', () => {
  // Fatal: unexpected message.
  const alert = Buffer.of(0x15, 3, 3, 0, 2, 2, 10)
  expect(receive(new Frames(() => {}), alert)).toBe(SPEAKS_TLS)
})

it('an answer as long as an alert of TLS looks is one, after others', () => {
  const frames = new Frames(() => {})
  expect(receive(frames, frame(Buffer.from('one')))).toBeUndefined()
  expect(receive(frames, Buffer.of(0x15, 3, 3, 0, 2, 2, 10))).toBeUndefined()
})

it('over TLS answers are delivered whole as well, whatever its records', async () => {
  const authority = new TestAuthority()
  const { cert, key } = authority.issue({ name: 'kafka', hosts: ['localhost', '127.0.0.1'] })
  const sent = [5, 100, 70_000, 3_000_000, 0].map((bytes) => frame(Buffer.alloc(bytes, 7)))
  const server = createTlsServer({ cert, key }, (socket) => {
    for (const one of sent) socket.write(one)
    socket.end()
  }).listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  for (const host of ['127.0.0.1', 'localhost']) {
    const got: Buffer[] = []
    const ssl = { ca: authority.cert }
    const socket = wholeAnswersSocket({ host, port, ssl, onConnect: () => {} })
    socket.on('data', (one: Buffer) => got.push(one))
    await once(socket, 'end')
    expect(got.map((one, i) => one.equals(sent[i]))).toEqual(sent.map(() => true))
    socket.destroy()
  }
  server.close()
})

it('something else than Kafka is told as an error of the connection, and ends it', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const socket = wholeAnswersSocket({ host: '127.0.0.1', port, onConnect: () => {} })
  const [error] = await once(socket, 'error')
  expect(error.message).toMatch(/^127.0.0.1:\d+ answers with 1213486164 bytes at once: is it Kafka/)
  server.close()
})
