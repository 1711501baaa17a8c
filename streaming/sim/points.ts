// The simulated points store: of two points of one identity the last write wins, or with versions the highest one, and of
// the same version any. It tells when a version is written again with other values, which no job may do.

import { OPEN_SUFFIX } from '../../data/definitions/metric.ts'
import { type Measurement, type Point, UNKNOWN } from '../../data/point.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import type { SimProcess } from './process.ts'
import type { Random } from './random.ts'

interface Kept {
  readonly point: Point
  readonly version: number
}

/** Fields as text, in the order of their names. */
const fieldsText = ({ fields }: Point): string => JSON.stringify(Object.entries(fields).sort())

export class SimPoints {
  readonly #hasVersions: boolean
  readonly #random: Random
  readonly #kept = new Map<string, Kept>()
  /** What was written of each identity in each version. */
  readonly #written = new Map<string, string>()
  /** What a job must never do, and did. */
  readonly violations: string[] = []

  constructor(hasVersions: boolean, random: Random) {
    this.#hasVersions = hasVersions
    this.#random = random
  }

  /** The visible points of final measurements: identity → fields. */
  get visible(): Map<string, string> {
    const visible = new Map<string, string>()
    for (const [identity, { point }] of this.#kept)
      if (!point.measurement.endsWith(OPEN_SUFFIX)) visible.set(identity, fieldsText(point))
    return visible
  }

  for(process: SimProcess): PointsStore {
    return {
      description: 'simulated',
      identity: 'simulated',
      prepare: async () => {},
      tryWrite: async () => {},
      read: async () => [],
      addUp: async () => [],
      close: async () => {},
      write: (points, measurements, version = 0) => {
        const last = lastOfEach(points, measurements)
        return process.call({
          operation: 'write points',
          detail: `version ${version}: ${[...last.values()].map(shortText).join(' ')}`,
          effect: () => this.#write(last, version),
          halfEffect: () => {
            const some = [...last].filter(() => this.#random.chance(0.5))
            this.#write(new Map(some), version)
          },
        })
      },
      remove: (measurement, removal) =>
        process.call({
          operation: 'remove points',
          detail: measurement.name,
          effect: () => {
            if (!('fromMs' in removal)) throw new Error('a job removes times only')
            for (const [identity, { point }] of this.#kept) {
              const { measurement: name, timeMs } = point
              if (name === measurement.name && removal.fromMs <= timeMs && timeMs < removal.toMs)
                this.#kept.delete(identity)
            }
          },
        }),
    }
  }

  #write(points: ReadonlyMap<string, Point>, version: number): void {
    for (const [identity, point] of points) {
      this.#checkVersion(identity, point, version)
      const kept = this.#kept.get(identity)
      if (kept !== undefined && this.#hasVersions) {
        if (kept.version > version) continue
        if (kept.version === version && this.#random.chance(0.5)) continue
      }
      this.#kept.set(identity, { point, version })
    }
  }

  /** What is shown of open windows may be anything: only final points are held to it. */
  #checkVersion(identity: string, point: Point, version: number): void {
    if (point.measurement.endsWith(OPEN_SUFFIX)) return
    const key = `${version} ${identity}`
    const fields = fieldsText(point)
    const before = this.#written.get(key)
    if (before !== undefined && before !== fields)
      this.violations.push(`version ${version} of ${identity} was ${before}, then ${fields}`)
    this.#written.set(key, fields)
  }
}

/** By identity, as the oracle writes it; of equal ones the last. */
function lastOfEach(
  points: readonly Point[],
  measurements: readonly Measurement[],
): Map<string, Point> {
  return new Map(
    points.map((point) => {
      const measurement = measurements.find(({ name }) => name === point.measurement)
      if (measurement === undefined) throw new Error(`no measurement of ${point.measurement}`)
      return [identityText(measurement.name, measurement.tags, point.tags, point.timeMs), point]
    }),
  )
}

function identityText(
  name: string,
  by: readonly string[],
  tags: Readonly<Record<string, string>>,
  timeMs: number,
): string {
  const pairs = by.map((tag) => `${tag}=${tags[tag] ?? UNKNOWN}`)
  return `${name} ${new Date(timeMs).toISOString()} ${pairs.join(' ')}`
}

const shortText = ({ measurement, tags, fields, timeMs }: Point): string =>
  `${measurement}@${timeMs}${JSON.stringify([Object.values(tags), Object.values(fields)])}`
