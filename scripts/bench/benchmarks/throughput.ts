// How fast the job is beside a kafkajs consumer that does nothing: on Kafka and on the embedded log, with all promises on,
// and with duplicates and distinct users off.
import { grouped } from '../../../kit/grouped.ts'
import type { Bench, Benchmark } from '../bench.ts'
import { inTurn, type Lanes, measure } from '../children.ts'
import { embeddedData, kafkaData } from '../data.ts'
import { type Figure, ratios } from '../figures.ts'
import { topicOf } from '../fill.ts'
import { jobLane } from '../job-lane.ts'
import type { Measured } from '../measured.ts'
import { cpuUsOf, rateOf } from '../table.ts'

const BARE = 'kafkajs, doing nothing'
const KAFKA = 'job on Kafka'
const KAFKA_LIGHT = 'job on Kafka, duplicates and users off'
const EMBEDDED = 'job embedded'
const EMBEDDED_LIGHT = 'job embedded, duplicates and users off'

export const throughput: Benchmark = {
  names: ['kafka', 'embedded'],
  needs: [],
  run: async (bench, chosen) => {
    const lanes = await lanesOf(bench, chosen)
    const runs = await inTurn(lanes, bench.rounds, (label, measured, round) =>
      bench.say(`${round} of ${bench.rounds}: ${label}: ${grouped(rateOf(measured))} events/s`),
    )
    return { figures: figuresOf(runs), runs }
  },
}

async function lanesOf(bench: Bench, chosen: ReadonlySet<string>): Promise<Lanes> {
  const { size, brokers, steady } = bench
  const topic = topicOf(size)
  const directory = await embeddedData(size, bench.say)
  if (brokers !== undefined) await kafkaData(size, brokers, bench.say)
  const lanes = new Map<string, () => Promise<Measured>>()
  const embedded = { directory, size }
  const kafka = brokers === undefined ? undefined : { directory, size, brokers }
  if (brokers !== undefined)
    lanes.set(BARE, () =>
      measure('scripts/bench/bare-consumer.ts', [topic, ...[size.events, ...steady].map(String)], {
        KAFKA_BROKERS: brokers,
      }),
    )
  if (kafka !== undefined && chosen.has('kafka')) {
    lanes.set(KAFKA, jobLane(kafka, { steady }))
    lanes.set(KAFKA_LIGHT, jobLane(kafka, { steady, pipeline: 'light' }))
  }
  if (chosen.has('embedded')) {
    lanes.set(EMBEDDED, jobLane(embedded, { steady }))
    if (bench.isFull) lanes.set(EMBEDDED_LIGHT, jobLane(embedded, { steady, pipeline: 'light' }))
  }
  return lanes
}

type Runs = ReadonlyMap<string, readonly Measured[]>

function figuresOf(runs: Runs): Figure[] {
  return [
    ...compared(runs, 'kafka', KAFKA, { cpu: 0.5, rate: 1.7 }),
    ...compared(runs, 'kafka-light', KAFKA_LIGHT, { cpu: 0.4, rate: 2.2 }),
    ...compared(runs, 'embedded', EMBEDDED, { cpu: 0.5, rate: 1.7 }),
    ...compared(runs, 'embedded-light', EMBEDDED_LIGHT, { cpu: 0.4, rate: 2.2 }),
    ...absolute(runs, 'bare', BARE),
    ...absolute(runs, 'kafka', KAFKA),
    ...absolute(runs, 'embedded', EMBEDDED),
  ]
}

/** Beside the bare consumer, run by run. */
function compared(
  runs: Runs,
  name: string,
  label: string,
  goal: { readonly cpu: number; readonly rate: number },
): Figure[] {
  const [measured, bare] = [runs.get(label), runs.get(BARE)]
  if (measured === undefined || bare === undefined) return []
  return [
    {
      name: `${name}.cpu`,
      what: `CPU per event, ${label} ÷ bare consumer`,
      unit: 'ratio',
      values: ratios(measured.map(cpuUsOf), bare.map(cpuUsOf)),
      goal: { atMost: goal.cpu },
    },
    {
      name: `${name}.rate`,
      what: `rate, ${label} ÷ bare consumer`,
      unit: 'ratio',
      values: ratios(measured.map(rateOf), bare.map(rateOf)),
      goal: { atLeast: goal.rate },
    },
  ]
}

/** What the ratios are made of, to look back at. */
function absolute(runs: Runs, name: string, label: string): Figure[] {
  const measured = runs.get(label)
  if (measured === undefined) return []
  const cpu = measured.map(cpuUsOf)
  return [
    { name: `${name}.cpuUs`, what: `CPU per event, ${label}`, unit: 'us', values: cpu },
    {
      name: `${name}.perSecond`,
      what: `events a second, ${label}`,
      unit: 'perSecond',
      values: measured.map(rateOf),
    },
  ]
}
