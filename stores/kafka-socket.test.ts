import { once } from 'node:events'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Frames, wholeAnswersSocket } from './kafka-socket.ts'

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

it('something else than Kafka is told as an error of the connection, and ends it', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const socket = wholeAnswersSocket({ host: '127.0.0.1', port, onConnect: () => {} })
  const [error] = await once(socket, 'error')
  expect(error.message).toMatch(/^127.0.0.1:\d+ answers with 1213486164 bytes at once: is it Kafka/)
  server.close()
})
