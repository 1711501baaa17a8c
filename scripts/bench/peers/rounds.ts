// Runs the lanes in turn, and holds every run to its events.
import { RefusedError } from '../../../kit/errors.ts'
import { grouped } from '../../../kit/grouped.ts'
import type { Say } from '../data.ts'
import { type BenchSize, topicOf } from '../fill.ts'
import { cpuUsOf, rateOf } from '../table.ts'
import type { Run, Runs } from './compare.ts'
import type { People } from './data.ts'
import type { Lane } from './lanes.ts'
import { checkOutcome, outcomeOf, type Program } from './system.ts'
import { runTree } from './tree.ts'

/** Events of a run; the steady part begins when so many are read, and ends with the last. */
export interface Extent {
  readonly fromEvents: number
  readonly size: BenchSize
}

export interface Peers {
  readonly brokers: string
  readonly people: People
  readonly extentOf: (lane: Lane) => Extent
  readonly under: readonly string[]
  readonly say: Say
  readonly signal: AbortSignal
}

export interface Prepared {
  readonly lane: Lane
  readonly program: Program
}

/** Those of the systems that are, or can be, had here; of the others it is said what they need. */
export async function prepared(
  lanes: readonly Lane[],
  say: Say,
  signal: AbortSignal,
): Promise<Prepared[]> {
  const programs = new Map<string, Program>()
  for (const system of new Set(lanes.map((lane) => lane.system))) {
    const missing = await system.missing()
    if (missing !== undefined) {
      say(`${system.name}: left out, ${missing}`)
      continue
    }
    try {
      programs.set(system.name, await system.prepare({ say, signal }))
    } catch (error) {
      signal.throwIfAborted()
      say(`${system.name}: left out, ${messageOf(error)}`)
    }
  }
  if (programs.size === 0) throw new RefusedError('None of the chosen systems can be had here.')
  return lanes.flatMap((lane) => {
    const program = programs.get(lane.system.name)
    return program === undefined ? [] : [{ lane, program }]
  })
}

/** Every program `rounds` times, in turn, so that a change of the machine's speed meets all. */
export async function inTurn(
  lanes: readonly Prepared[],
  peers: Peers,
  rounds: number,
): Promise<Runs> {
  const runs = new Map<string, Run[]>()
  const failed = new Set<string>()
  for (let round = 1; round <= rounds; round++)
    for (const { lane, program } of lanes) {
      if (failed.has(lane.name)) continue
      try {
        const run = await runOnce(lane, program, peers)
        runs.set(lane.name, [...(runs.get(lane.name) ?? []), run])
        const { outcome } = run
        peers.say(
          `${round} of ${rounds}: ${lane.label}: ${grouped(rateOf(run))} events/s, ` +
            `${cpuUsOf(run).toFixed(2)} µs; counted ${grouped(outcome.counted)}, ` +
            `late ${grouped(outcome.late)}, open ${grouped(outcome.open)}`,
        )
      } catch (error) {
        peers.signal.throwIfAborted()
        failed.add(lane.name)
        runs.delete(lane.name)
        peers.say(`${lane.label}: left out, ${messageOf(error)}`)
      }
    }
  return runs
}

async function runOnce(lane: Lane, program: Program, peers: Peers): Promise<Run> {
  const { brokers, people, under, signal } = peers
  const { fromEvents, size } = peers.extentOf(lane)
  const { events } = size
  const { words } = lane
  const task = { brokers, topic: topicOf(size), fromEvents, events, ...people, words }
  await program.before?.()
  const { output, cpuS, peakMiB } = await runTree(program.command(task), under, signal)
  const outcome = (await program.outcome?.(output, task)) ?? outcomeOf(output)
  checkOutcome(task, outcome)
  const { steady } = outcome
  return { events, workingMs: steady.ms, cpuS, peakMiB, steady, outcome }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
