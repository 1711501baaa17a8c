// The name under which a job's checkpoints are kept.
import { expect, it } from 'vitest'
import { nameOfJob } from './resume.ts'

const identity = { pipeline: 'shop', log: 'kafka:1', topic: 'events', points: 'sqlite:/points' }

it('is another one for another log, topic or points store', () => {
  const others = [{ log: 'kafka:2' }, { topic: 'other' }, { points: 'sqlite:/other' }]
  const names = others.map((other) => nameOfJob({ ...identity, ...other }))
  expect(new Set([nameOfJob(identity), ...names]).size).toBe(4)
})

it('does not depend on the order in which the parts are named', () => {
  const { points, topic, log, pipeline } = identity
  expect(nameOfJob({ points, topic, log, pipeline })).toBe(nameOfJob(identity))
})
