// How the cost of an event grows with the number of events, users, groups and metrics.
import type { Bench, Benchmark } from '../bench.ts'
import { inTurn, measure } from '../children.ts'
import { type Figure, ratios } from '../figures.ts'
import type { Measured } from '../measured.ts'
import type { GrowthArguments } from '../programs/growth.ts'

const USERS = 100_000
const PRODUCTS = 5_000

/** The first events are those of code that has not been compiled yet, and of tables that are still small. */
const WARM_UP = 500_000

export const growth: Benchmark = {
  names: ['growth'],
  needs: [],
  run: async (bench) => {
    const part = bench.isFull ? 1_000_000 : 300_000
    const once = [[WARM_UP, WARM_UP + part]] as const
    const many = bench.isFull ? 10 * (WARM_UP + part) : 5 * (WARM_UP + part)
    const lane = (differs: Partial<GrowthArguments>) => () =>
      run(bench, { parts: once, ...differs })
    const lanes = new Map([
      ['as it is', lane({})],
      ['events', lane({ parts: [...once, [many - part, many]] })],
      ['users', lane({ users: 10 * USERS })],
      ['few groups', lane({ pipeline: 'grouped', products: PRODUCTS / 10 })],
      ['groups', lane({ pipeline: 'grouped' })],
      ['metrics', lane({ pipeline: 'thirty' })],
    ])
    const rounds = bench.isFull ? bench.rounds : Math.min(3, bench.rounds)
    const runs = await inTurn(lanes, rounds, (label, measured) =>
      bench.say(`growth, ${label}: ${costOf(measured).toFixed(2)} µs of CPU per event`),
    )
    return { figures: figuresOf(runs, bench.isFull ? 10 : 5) }
  },
}

function run({ size }: Bench, differs: Partial<GrowthArguments> & Pick<GrowthArguments, 'parts'>) {
  const given: GrowthArguments = {
    pipeline: 'all',
    users: USERS,
    products: PRODUCTS,
    seed: size.seed,
    ...differs,
  }
  return measure('scripts/bench/programs/growth.ts', [JSON.stringify(given)], {})
}

const costOf = ({ more }: Measured, part = 0): number => more?.[`part${part}Us`] ?? Number.NaN

function figuresOf(runs: ReadonlyMap<string, readonly Measured[]>, times: number): Figure[] {
  const costs = (label: string, part = 0) =>
    (runs.get(label) ?? []).map((measured) => costOf(measured, part))
  const grown = (name: string, what: string, values: number[], atMost: number): Figure => ({
    name: `growth.${name}`,
    what: `CPU per event, ${what}`,
    unit: 'ratio',
    values,
    goal: { atMost },
  })
  const plain = costs('as it is')
  return [
    grown('events', `after ${times}× events`, ratios(costs('events', 1), costs('events')), 1.15),
    grown('users', '10× users (100,000 → 1,000,000)', ratios(costs('users'), plain), 1.3),
    grown(
      'groups',
      '10× groups (1,000 → 10,000)',
      ratios(costs('groups'), costs('few groups')),
      1.5,
    ),
    grown('metrics', '3 → 30 metrics', ratios(costs('metrics'), plain), 3),
    { name: 'growth.cpuUs', what: 'CPU per event, bytes to windows', unit: 'us', values: plain },
  ]
}
