// The simulated users: rows that change as the world goes on, and a run's lookups of them.
import type { Demographic } from '../../data/demographics.ts'
import type { DemographicsStore } from '../../stores/demographics/demographics-store.ts'
import type { LookupRows } from '../../stores/lookup/lookup-store.ts'
import type { Run } from './lineage.ts'
import type { SimProcess } from './process.ts'
import type { Random } from './random.ts'
import { type Row, USERS } from './records.ts'
import type { Scheduler } from './scheduler.ts'

const COUNTRIES = ['DE', 'FR', 'IT', 'São Tomé']

type Person = Pick<Demographic, 'user_id' | 'gender' | 'age_group' | 'country'> & {
  readonly updatedMs: number
}

export class SimDemographics {
  readonly #people = new Map<string, Person>()
  readonly #random: Random
  readonly #scheduler: Scheduler
  readonly #startMs: number

  constructor(random: Random, scheduler: Scheduler, startMs: number) {
    this.#random = random
    this.#scheduler = scheduler
    this.#startMs = startMs
    for (const user_id of USERS.filter((user) => user !== 'stranger')) {
      const gender = random.pick(['F', 'M', 'X'] as const)
      const age_group = random.pick(['18-24', '65+'] as const)
      const country = random.pick(COUNTRIES)
      this.#people.set(user_id, { user_id, gender, age_group, country, updatedMs: startMs - 1_000 })
    }
  }

  /** Some users move. Nothing else of them changes: whether a metric counts an event stays certain. */
  reload(): void {
    for (const [user, person] of this.#people) {
      if (!this.#random.chance(0.4)) continue
      const country = this.#random.pick(COUNTRIES)
      this.#people.set(user, { ...person, country, updatedMs: this.#nowMs })
    }
  }

  get #nowMs(): number {
    return this.#startMs + this.#scheduler.nowMs
  }

  /** The table as a run of `process` sees it. */
  for(process: SimProcess, run: Run): DemographicsStore {
    const never = () => Promise.reject(new Error('a job does not do this'))
    return {
      description: 'simulated',
      upsert: never,
      count: never,
      combinations: never,
      close: async () => {},
      migrate: () =>
        process.call({
          operation: 'migrate',
          detail: '',
          effect: () => {},
          onAnswer: () => {
            run.migratedAtStep = this.#scheduler.done
          },
        }),
      lookup: (columns, sinceMs, recentMs) =>
        this.#lookup(process, run, columns, sinceMs, recentMs),
    }
  }

  async *#lookup(
    process: SimProcess,
    run: Run,
    columns: readonly string[],
    sinceMs: number,
    recentMs = Number.NEGATIVE_INFINITY,
  ): AsyncGenerator<LookupRows> {
    // A table is loaded whole right after it was made sure of; other lookups refresh the job's own.
    const isLoad = run.migratedAtStep === this.#scheduler.done
    const table = isLoad && run.isRebuilding ? run.rebuildTable : run.table
    const found = await process.call({
      operation: 'look up',
      detail: sinceMs === 0 ? 'all' : 'changed',
      effect: () => {
        const fromMs = Math.min(sinceMs, this.#nowMs - recentMs)
        return [...this.#people.values()].filter(({ updatedMs }) => updatedMs >= fromMs)
      },
      onAnswer: (people) => {
        for (const person of people) table.set(person.user_id, person)
      },
    })
    if (found.length === 0) return
    yield {
      rows: found.map((person) => ['user_id', ...columns].map((name) => person[name as keyof Row])),
      latestMs: Math.max(...found.map(({ updatedMs }) => updatedMs)),
    }
  }
}
