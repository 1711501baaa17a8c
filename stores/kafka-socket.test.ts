import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wholeFrames } from './kafka-socket.ts'

const frame = (body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

it('answers are delivered whole, in order, as soon as they are there', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 })
  const cuts = fc.array(fc.nat(2_000), { maxLength: 20 })
  fc.assert(
    fc.property(bodies, cuts, (bodiesOf, cutsAt) => {
      const frames = bodiesOf.map(frame)
      const sent = Buffer.concat(frames)
      const wholeEnds = [0]
      for (const { length } of frames) wholeEnds.push(wholeEnds[wholeEnds.length - 1] + length)
      let got = Buffer.alloc(0)
      const receive = wholeFrames((bytes) => {
        got = Buffer.concat([got, bytes])
      })
      const places = [...cutsAt.map((at) => Math.min(at, sent.length)), 0, sent.length]
      places.sort((a, b) => a - b)
      for (let i = 1; i < places.length; i++) {
        receive(sent.subarray(places[i - 1], places[i]))
        const whole = wholeEnds.findLast((end) => end <= places[i]) as number
        expect(got.equals(sent.subarray(0, whole))).toBe(true)
      }
    }),
  )
})

it('the beginning of an answer whose connection broke is never seen', () => {
  const got: Buffer[] = []
  const receive = wholeFrames((bytes) => got.push(bytes))
  receive(frame(Buffer.from('one')).subarray(0, 5))
  expect(got).toEqual([])
})
