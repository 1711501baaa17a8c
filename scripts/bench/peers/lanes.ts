// What is compared: systems, and the ways each does the work.
import { flink } from './flink/system.ts'
import { flow } from './flow/system.ts'
import { kafkaStreams } from './kafka-streams/system.ts'
import { kafkajs } from './kafkajs/system.ts'
import { spark } from './spark/system.ts'
import type { System } from './system.ts'
import { windrow } from './windrow/system.ts'

export interface Lane {
  /** Names its figures in results. */
  readonly name: string
  readonly label: string
  readonly system: System
  readonly words: readonly string[]
  /** So many times our CPU per event for the same metric, at least. */
  readonly goalTimes?: number
  /** Takes minutes where others take seconds: fewer events do. */
  readonly isSlow?: true
}

/** What the others are compared with: three metrics, and the one that they have, too. */
export const OURS = 'windrow'
export const OURS_ALONE = 'windrow-users'

export const LANES: readonly Lane[] = [
  { name: OURS, label: 'windrow, all it does', system: windrow, words: [] },
  { name: OURS_ALONE, label: 'windrow, users', system: windrow, words: ['segments'] },
  { name: 'windrow-light', label: 'windrow, no users', system: windrow, words: ['light'] },
  { name: 'kafkajs', label: 'kafkajs, doing nothing', system: kafkajs, words: [] },
  ...of(kafkaStreams, [
    { name: 'streams-processor', label: 'Kafka Streams, processor', words: [] },
    {
      name: 'streams-processor-users',
      label: 'Kafka Streams, processor, users',
      words: ['distinct'],
      goalTimes: 3,
    },
    { name: 'streams-dsl', label: 'Kafka Streams, DSL', words: ['dsl'], isSlow: true },
    {
      name: 'streams-dsl-volatile',
      label: 'Kafka Streams, DSL, no changelog',
      words: ['dsl', 'no-changelog'],
      isSlow: true,
    },
    {
      name: 'streams-dsl-patient',
      label: 'Kafka Streams, DSL, no changelog, 1 h of grace',
      words: ['dsl', 'no-changelog', 'patient'],
      isSlow: true,
    },
    {
      name: 'streams-dsl-users',
      label: 'Kafka Streams, DSL, no changelog, users',
      words: ['dsl', 'no-changelog', 'distinct'],
      isSlow: true,
    },
  ]),
  ...of(flink, [
    { name: 'flink', label: 'Flink SQL', words: [] },
    { name: 'flink-users', label: 'Flink SQL, users', words: ['distinct'], goalTimes: 8 },
  ]),
  ...of(spark, [
    { name: 'spark', label: 'Spark', words: [] },
    { name: 'spark-users', label: 'Spark, users', words: ['distinct'], goalTimes: 8 },
  ]),
  { name: 'flow', label: '@kafkats/flow', system: flow, words: [], isSlow: true },
]

/** What lanes can be chosen by: their system's name, or their own. */
export const SYSTEM_NAMES = [...new Set(LANES.map(({ system }) => system.name))]
export const LANE_NAMES = LANES.map(({ name }) => name)

export const chosenLanes = (names: readonly string[]): Lane[] =>
  LANES.filter(({ name, system }) => names.includes(name) || names.includes(system.name))

function of(system: System, lanes: readonly Omit<Lane, 'system'>[]): Lane[] {
  return lanes.map((lane) => ({ ...lane, system }))
}
