// One world: stores, records that come, instances that are started, stopped, killed and frozen, and at last one healthy
// instance that is left in peace until everything is counted and closed. All of it follows from the settings.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { LostLeaseError, UnavailableError } from '../../kit/errors.ts'
import { silentLog } from '../../kit/log.ts'
import { leasedStore } from '../../stores/checkpoints/leased-store.ts'
import { avroDecoder } from '../decode/avro.ts'
import type { AvroDecoder } from '../decode/value.ts'
import { runInstance } from '../instance.ts'
import { type CrewSize, sharersOf } from '../parallel/crew.ts'
import { SharedIds } from '../parallel/shared-ids.ts'
import { Monitor } from '../status/monitor.ts'
import { sessionsOf } from '../window/sessions/session-tables.ts'
import { SimAside } from './aside.ts'
import { SimPlace } from './checkpoints.ts'
import { SimDemographics } from './demographics.ts'
import { SimLog } from './event-log.ts'
import { Faults } from './faults.ts'
import { type Decided, Run } from './lineage.ts'
import { firstPipeline, redefined } from './metrics.ts'
import { SimPoints } from './points.ts'
import { type Machine, SimProcess } from './process.ts'
import type { Random } from './random.ts'
import { recordsOf } from './records.ts'
import { Scheduler } from './scheduler.ts'
import type { WorldSettings } from './settings.ts'
import { StepLog } from './step-log.ts'
import { differences } from './verdict.ts'
import { simWorkers } from './workers.ts'

/** A program that was told to stop ends within this, or is ended. */
const STOP_WITHIN_MS = 9_000
/** The healthy instance has everything done within this. */
const PEACE_MS = 120_000
/** In the end the wall clock is put forward, past every window, so that nobody has to wait for midnight. */
const FORWARD_MS = 2 * 86_400_000

/** Memory of a process's workers: a world has few records, and many processes that die. */
const IDS_MIN = 64
const CRATE_BYTES = 16 << 10

interface Started {
  readonly process: SimProcess
  readonly stop: AbortController
}

export class World {
  readonly steps: StepLog
  readonly #settings: WorldSettings
  readonly #random: Random
  readonly #scheduler = new Scheduler()
  readonly #faults: Faults
  readonly #machine: Machine
  readonly #log: SimLog
  readonly #points: SimPoints
  readonly #demographics: SimDemographics
  readonly #late = new SimAside('write late events')
  readonly #deadLetters = new SimAside('write dead letters')
  readonly #place: SimPlace
  readonly #avro: AvroDecoder
  readonly #problems: string[] = []
  readonly #running = new Set<Started>()
  readonly #runs = new Map<SimProcess, Run>()
  readonly #runOfEpoch = new Map<number, Run>()
  readonly #decided = new Map<number, Decided>()
  #newest: Decided | undefined
  #newestNumber = 0
  #pipeline: Pipeline
  #processes = 0
  #wallOffsetMs = 0
  #aheadMs = 0
  #isPeace = false
  #isOver = false

  constructor(settings: WorldSettings, random: Random, keepsSteps: boolean) {
    this.#settings = settings
    this.#random = random.fork('world')
    const scheduler = this.#scheduler
    this.steps = new StepLog(scheduler, keepsSteps)
    const { hasVersions, startMs } = settings
    this.#faults = new Faults(random.fork('faults'), scheduler, settings.has, hasVersions)
    this.#machine = {
      scheduler,
      faults: this.#faults,
      steps: this.steps,
      wallMs: () => startMs + scheduler.nowMs + this.#wallOffsetMs,
    }
    const count = settings.partitionCount
    this.#log = new SimLog(settings, random.fork('log'), this.#random.int(1, count))
    this.#points = new SimPoints(hasVersions, random.fork('points'))
    this.#demographics = new SimDemographics(random.fork('people'), scheduler, startMs)
    this.#avro = avroDecoder(smallShop.avroSchema)
    this.#pipeline = firstPipeline(random.fork('metrics'), settings.has('preview'))
    this.#place = new SimPlace({
      onTaken: (process, epoch) => this.#runOfEpoch.set(epoch, this.#runOf(process)),
      onLoaded: (process, number) => this.#runOf(process).goOn(known(this.#decided, number)),
      onSaved: (epoch, number, parts) => {
        const decided = known(this.#runOfEpoch, epoch).decided(parts)
        this.#decided.set(number, decided)
        if (number < this.#newestNumber) return
        this.#newestNumber = number
        this.#newest = decided
      },
    })
    this.#plan(random)
  }

  /** Lives through it; answers what is not as it must be at its end, in sentences. */
  async run(): Promise<string[]> {
    const onRejection = (error: unknown) =>
      this.#problems.push(`a rejection nobody handled: ${(error as Error)?.stack}`)
    process.on('unhandledRejection', onRejection)
    try {
      void this.#keepRunning(true)
      if (this.#settings.has('standby')) void this.#keepRunning(false)
      await this.#scheduler.run(() => this.#isOver)
    } finally {
      process.off('unhandledRejection', onRejection)
    }
    const decided = this.#newest
    if (decided === undefined) return [...this.#problems, 'nothing was ever saved']
    const ended = {
      settings: this.#settings,
      log: this.#log,
      points: this.#points,
      late: this.#late.places,
      deadLetters: this.#deadLetters.places,
      aheadMs: this.#aheadMs,
      decided,
    }
    return [...this.#problems, ...differences(ended)]
  }

  #plan(random: Random): void {
    const settings = this.#settings
    const records = recordsOf(settings, random.fork('records'))
    for (const record of records) this.#after(record.atMs, () => this.#log.append(record))
    const lastMs = Math.max(settings.lastsMs, ...records.map(({ atMs }) => atMs))
    const own = random.fork('plan')
    const times = (most: number) =>
      Array.from({ length: own.int(0, most) }, () => own.int(0, lastMs))
    const growsAtMs = times(2)
    const reloadsAtMs = times(10)
    const redefinedAtMs = times(2)
    const stepsAtMs = times(4)
    const stopsAtMs = times(4)
    for (const ms of growsAtMs) this.#after(ms, () => this.#log.grow(settings.partitionCount))
    if (settings.has('reloads'))
      for (const ms of reloadsAtMs) this.#after(ms, () => this.#demographics.reload())
    if (settings.has('redefinitions'))
      for (const ms of redefinedAtMs) this.#after(ms, () => this.#redefine())
    if (settings.has('steps')) for (const ms of stepsAtMs) this.#after(ms, () => this.#stepClock())
    if (settings.has('stops')) for (const ms of stopsAtMs) this.#after(ms, () => this.#stopAll())
    this.#after(lastMs + own.skewed(0, 20_000), () => this.#makePeace())
  }

  #redefine(): void {
    this.steps.add('the metrics are redefined')
    this.#pipeline = redefined(this.#pipeline, this.#random, this.#settings.has('preview'))
    this.#stopAll()
  }

  #stepClock(): void {
    this.#wallOffsetMs = this.#random.int(-3_600_000, 3_600_000)
    this.#aheadMs = Math.max(this.#aheadMs, this.#wallOffsetMs)
    this.steps.add(`the wall clock is ${this.#wallOffsetMs} ms off`)
  }

  #stopAll(): void {
    for (const { process, stop } of this.#running) {
      if (stop.signal.aborted) continue
      this.steps.add(`${process.name} is told to stop`)
      stop.abort()
      this.#after(STOP_WITHIN_MS, () => process.kill())
    }
  }

  /** Nothing goes wrong any more; whoever runs is stopped, and one healthy instance is started. */
  #makePeace(): void {
    this.steps.add('peace')
    this.#isPeace = true
    this.#faults.end()
    this.#wallOffsetMs = FORWARD_MS
    this.#stopAll()
    this.#after(PEACE_MS, () => {
      this.#problems.push(`not all was done ${PEACE_MS} ms after the last trouble`)
      this.#isOver = true
    })
  }

  /** Starts an instance, and another when that one ends; in peace only where `isMain`, and that one is the last. */
  async #keepRunning(isMain: boolean): Promise<void> {
    const random = this.#random.fork(isMain ? 'main' : 'standby')
    while (isMain || !this.#isPeace) {
      await this.#sleep(random.skewed(0, 6_000))
      const isLast = this.#isPeace
      if (isLast && !isMain) return
      const name = `${isMain ? 'main' : 'standby'}-${++this.#processes}`
      const started = { process: new SimProcess(name, this.#machine), stop: new AbortController() }
      const isOnce = isMain && !isLast && this.#settings.has('once') && random.chance(0.25)
      this.steps.add(`${name} starts${isOnce ? ' --once' : ''}`)
      this.#running.add(started)
      if (isLast) void this.#stopWhenDone(started)
      await Promise.race([this.#instances(started, isOnce, isLast), started.process.death])
      this.#running.delete(started)
      this.steps.add(`${name} ended`)
      if (isLast) this.#isOver = true
    }
  }

  async #stopWhenDone({ process, stop }: Started): Promise<void> {
    while (!this.#log.committers.has(process) || !this.#isDone()) await this.#sleep(500)
    this.steps.add('all is done')
    stop.abort()
  }

  /** Everything is read, committed and closed, as far as the checkpoints tell. */
  #isDone(): boolean {
    const { committed, ends } = this.#log
    if ([...ends].some(([partition, end]) => (committed.get(partition) ?? 0) !== end)) return false
    const { positions, metrics } = this.#newest?.snapshot ?? { positions: committed, metrics: [] }
    if ([...ends].some(([partition, end]) => (positions.get(partition) ?? 0) !== end)) return false
    return [...metrics.values()].every(
      ({ windows, tables }) =>
        windows.every(({ isClosed, corrected }) => isClosed && corrected.length === 0) &&
        sessionsOf(tables) === undefined,
    )
  }

  /** As `runStream`: an instance that lost its lease stands by again. */
  async #instances(started: Started, once: boolean, isLast: boolean): Promise<void> {
    const { process, stop } = started
    const pipeline = this.#pipeline
    const config = isLast ? { ...this.#settings.config, closeOnIdle: true } : this.#settings.config
    const settings = { eventsTopic: 't', dataDir: '' }
    const monitor = new Monitor(pipeline, 't', process.clock, silentLog)
    const checkpoints = leasedStore(this.#place.for(process), process.clock)
    const points = this.#points.for(process)
    const surroundings = {
      clock: process.clock,
      owner: process.name,
      startWorker: simWorkers(process, this.#random.fork(`workers of ${process.name}`), this.#avro),
      crewMemory: (size: CrewSize) => ({
        ids: SharedIds.create(sharersOf(size), IDS_MIN),
        crateBytes: CRATE_BYTES,
      }),
      wholeAfter: this.#settings.wholeAfter,
      textsMin: this.#settings.textsMin,
      sessionsAtOnce: this.#settings.sessionsAtOnce,
      openSetAside: () =>
        process.call({
          operation: 'open aside',
          detail: '',
          effect: () => ({
            deadLetters: this.#deadLetters.for(process),
            lateEvents: this.#late.for(process),
          }),
        }),
    }
    while (true) {
      const run = new Run(pipeline)
      this.#runs.set(process, run)
      const events = this.#log.for(process, run)
      const table = this.#demographics.for(process, run)
      const stores = { events, table, points, checkpoints: async () => checkpoints }
      const options = { pipeline, settings, config, once }
      try {
        await runInstance(options, stores, monitor, silentLog, stop.signal, surroundings)
        return
      } catch (error) {
        if (error instanceof LostLeaseError) {
          this.steps.add(`${process.name} lost its lease`)
          continue
        }
        const isOfStop = error === stop.signal.reason || error instanceof UnavailableError
        if (!(stop.signal.aborted && isOfStop))
          this.#problems.push(`${process.name} failed: ${(error as Error)?.stack ?? error}`)
        return
      }
    }
  }

  #runOf(process: SimProcess): Run {
    return known(this.#runs, process)
  }

  #after(ms: number, action: () => void): void {
    this.#scheduler.after(ms, action)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#after(ms, resolve))
  }
}

function known<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`expected to know ${String(key)}`)
  return value
}
