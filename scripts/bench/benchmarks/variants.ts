// What the job costs on two threads, of events in Avro, and of a topic that is compressed: beside itself without.
import { grouped } from '../../../kit/grouped.ts'
import type { Bench, Benchmark } from '../bench.ts'
import { inTurn } from '../children.ts'
import { embeddedData, kafkaData, twinOf } from '../data.ts'
import { type Figure, ratios } from '../figures.ts'
import { CODECS } from '../fill.ts'
import { atOnce, jobLane } from '../job-lane.ts'
import type { Measured } from '../measured.ts'
import { cpuUsOf, rateOf } from '../table.ts'

const ALONE = 'job embedded'
const WORKERS = 'job embedded, 2 workers'
/** What the machine gives: nothing is shared, nothing added up. */
const PROCESSES = 'two processes at once, each all of it'
const AVRO = 'job embedded, events in Avro'
const PLAIN = 'job on Kafka'
const PART = { events: 3_150_000, steady: [1_000_000, 3_000_000] } as const

const compressed = (codec: string): string => `job on Kafka, ${codec}`

export const variants: Benchmark = {
  names: ['workers', 'avro', 'codecs'],
  needs: [],
  run: async (bench, chosen) => {
    const runs = await inTurn(
      await lanesOf(bench, chosen),
      bench.rounds,
      (label, measured, round) =>
        bench.say(`${round} of ${bench.rounds}: ${label}: ${grouped(rateOf(measured))} events/s`),
    )
    return { figures: figuresOf(runs), runs }
  },
}

async function lanesOf({ isFull, size, brokers, steady, say }: Bench, chosen: ReadonlySet<string>) {
  const lanes = new Map<string, () => Promise<Measured>>()
  const directory = await embeddedData(size, say)
  if (chosen.has('workers') || chosen.has('avro'))
    lanes.set(ALONE, jobLane({ directory, size }, { steady }))
  if (chosen.has('workers')) {
    lanes.set(WORKERS, jobLane({ directory, size }, { steady, workers: 2 }))
    const directories = [directory, await twinOf(directory, say)]
    lanes.set(
      PROCESSES,
      atOnce(directories.map((one) => jobLane({ directory: one, size }, { steady }))),
    )
  }
  if (chosen.has('avro')) {
    const inAvro = { ...size, format: 'avro' } as const
    const place = { directory: await embeddedData(inAvro, say), size: inAvro }
    lanes.set(AVRO, jobLane(place, { steady }))
  }
  if (!chosen.has('codecs') || brokers === undefined) return lanes
  // Five topics: a part of the events will do.
  const part = isFull ? { ...size, events: PART.events } : size
  const marks = isFull ? PART.steady : steady
  await kafkaData(part, brokers, say)
  lanes.set(PLAIN, jobLane({ directory, size: part, brokers }, { steady: marks }))
  for (const codec of CODECS) {
    const coded = { ...part, codec }
    await kafkaData(coded, brokers, say)
    lanes.set(compressed(codec), jobLane({ directory, size: coded, brokers }, { steady: marks }))
  }
  return lanes
}

type Runs = ReadonlyMap<string, readonly Measured[]>

function figuresOf(runs: Runs): Figure[] {
  const of = (label: string, to: string, figure: (measured: Measured) => number) => {
    const [measured, other] = [runs.get(label), runs.get(to)]
    if (measured === undefined || other === undefined) return []
    return ratios(measured.map(figure), other.map(figure))
  }
  const figures: Figure[] = [
    {
      name: 'workers.rate',
      what: 'rate, embedded, 2 workers ÷ 1',
      unit: 'ratio',
      values: of(WORKERS, ALONE, rateOf),
      goal: { atLeast: 1.6 },
    },
    {
      name: 'workers.cpu',
      what: 'CPU per event, embedded, 2 workers ÷ 1',
      unit: 'ratio',
      values: of(WORKERS, ALONE, cpuUsOf),
    },
    {
      name: 'workers.ceiling',
      what: 'rate, embedded, two processes ÷ 1',
      unit: 'ratio',
      values: of(PROCESSES, ALONE, rateOf),
    },
    {
      name: 'workers.ceilingCpu',
      what: 'CPU per event, embedded, two processes ÷ 1',
      unit: 'ratio',
      values: of(PROCESSES, ALONE, cpuUsOf),
    },
    {
      name: 'workers.ofCeiling',
      what: 'rate, embedded, 2 workers ÷ two processes',
      unit: 'ratio',
      values: of(WORKERS, PROCESSES, rateOf),
    },
    {
      name: 'avro.cpu',
      what: 'CPU per event, Avro ÷ JSON',
      unit: 'ratio',
      values: of(AVRO, ALONE, cpuUsOf),
      goal: { atMost: 1.3 },
    },
    ...CODECS.map(
      (codec): Figure => ({
        name: `codecs.${codec}`,
        what: `CPU per event, ${codec} ÷ not compressed`,
        unit: 'ratio',
        values: of(compressed(codec), PLAIN, cpuUsOf),
      }),
    ),
  ]
  return figures.filter(({ values }) => values.length > 0)
}
