import { expect, test } from 'vitest'
import { Random } from './random.ts'
import { SWITCHES } from './settings.ts'
import { simulate } from './simulate.ts'

test('200 worlds of crashes, freezes, outages, reloads, late and future events end as the oracle says', async () => {
  const failed: string[] = []
  for (let seed = 1; seed <= 200; seed++) {
    const { problems } = await simulate(seed)
    if (problems.length > 0) failed.push(`windrow sim --seed ${seed}: ${problems[0]}`)
  }
  expect(failed).toEqual([])
})

test('an instance that loses its lease while a store is away stands by, it does not fail', async () => {
  for (const seed of [2308, 2356]) expect((await simulate(seed)).problems).toEqual([])
})

test('a partition that appears while the job runs once is not passed before it is read', async () => {
  expect((await simulate(2881)).problems).toEqual([])
})

test('a checkpoint without the metrics that are no more is made, also when nothing comes any more', async () => {
  expect((await simulate(7044)).problems).toEqual([])
})

test('the same seed gives the same steps', async () => {
  for (const seed of [7, 11]) {
    const [first, second] = [await simulate(seed), await simulate(seed, undefined, true)]
    expect(second.steps.length).toBe(first.stepCount)
    expect(second.digest).toBe(first.digest)
    expect((await simulate(seed + 1)).digest).not.toBe(first.digest)
  }
})

test('a world without any trouble ends as the oracle says', async () => {
  const off = new Set(SWITCHES)
  for (let seed = 1; seed <= 5; seed++)
    expect((await simulate(seed, { off, percent: 50, partitionsMax: 2 })).problems).toEqual([])
})

test('chance is sfc32, and a purpose has numbers of its own', () => {
  const draw = (random: Random) => Array.from({ length: 4 }, () => random.int(1, 1_000))
  const random = new Random('seed')
  const forked = draw(random.fork('a'))
  random.uint32()
  expect(draw(random.fork('a'))).toEqual(forked)
  expect(draw(random.fork('b'))).not.toEqual(forked)
  const many = Array.from({ length: 10_000 }, () => random.int(0, 9))
  for (let digit = 0; digit < 10; digit++)
    expect(many.filter((one) => one === digit).length).toBeGreaterThan(850)
})
