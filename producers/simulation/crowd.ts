// Who is in the shop: at every beat either someone who is there acts, or someone new comes in.
import { simulatedUserId } from '../../data/demographics.ts'
import type { Catalogue } from './catalogue.ts'
import { DueQueue } from './queue.ts'
import { hex16From, type Random } from './random.ts'
import {
  ACTIONS_MEAN,
  type Action,
  act,
  createVisit,
  THINK_MEAN_MS,
  thinkMs,
  type Visit,
} from './visit.ts'

export interface CrowdSettings {
  /** Number of simulated users; one user makes one visit at a time. */
  readonly users: number
  /** Share of visits by users who are in no demographics, 0 to 1. */
  readonly unknownUserShare: number
}

export interface Step {
  readonly visit: Visit
  readonly action: Action
}

/** Tries to find a user who is not in the shop; then one comes a second time. */
const TRIES = 8

/**
 * A crowd that acts exactly once per beat: whoever is due goes first, and when nobody is due someone comes in, so that
 * every rate is kept exactly and visits keep their pauses. `beat` is called with rising milliseconds. A shop that opens
 * is not empty: at first some of those who come in are in the middle of a visit.
 */
export function createCrowd(settings: CrowdSettings, catalogue: Catalogue, random: Random) {
  const inside = new DueQueue<Visit>()
  const isInside = new Set<string>()
  let unknownDebt = random.unit()
  let strangers = 0
  // More shoppers than half of all users at once would need more users; instead they think less.
  const insideMax = Math.max(1, Math.ceil(settings.users / 2))

  return (beatMs: number): Step => {
    const due = inside.peek()
    const isDue = due !== undefined && (due.dueMs <= beatMs || inside.size >= insideMax)
    const visit = isDue ? inside.pop()! : enter(beatMs)
    const action = act(visit, catalogue, random)
    if (visit.place === 'left') isInside.delete(visit.userId)
    else {
      visit.dueMs = beatMs + thinkMs(visit, random)
      inside.push(visit)
    }
    return { visit, action }
  }

  function enter(beatMs: number): Visit {
    // So long after opening, this share of the actions is not yet due by those who came in before.
    const notYetDue = (1 - 1 / ACTIONS_MEAN) * Math.exp(-beatMs / THINK_MEAN_MS)
    const isUnderWay = random.chance(notYetDue / (notYetDue + 1 / ACTIONS_MEAN))
    const userId = pickUser()
    isInside.add(userId)
    return createVisit(userId, hex16From(random), catalogue, random, isUnderWay)
  }

  /** Unknown users come at even intervals, so that their share is kept in short runs too. */
  function pickUser(): string {
    unknownDebt += settings.unknownUserShare
    if (unknownDebt >= 1) {
      unknownDebt -= 1
      return `guest-${String(++strangers).padStart(6, '0')}`
    }
    let userId = simulatedUserId(random.below(settings.users))
    for (let i = 0; i < TRIES && isInside.has(userId); i++)
      userId = simulatedUserId(random.below(settings.users))
    return userId
  }
}
