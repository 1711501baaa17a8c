// Why windows are or are not closed, for machines: times are ISO 8601, null where there is none.
import type { Metric } from '../../data/definitions/metric.ts'
import { standingsOf } from './partitions.ts'
import { openWindowsOf, type WhyFacts, whyWindow } from './why-window.ts'

export interface WhyState {
  readonly number: number
  readonly facts: WhyFacts
}

/** Of a metric; of the window that `timeMs` is in, else of its oldest open one. */
export function metricJson(metric: Metric, timeMs: number | undefined, state: WhyState): object {
  const { facts } = state
  const open = openWindowsOf(metric, facts)
  const aboutMs = timeMs ?? open[0]?.startMs
  return {
    ...jobJson(state),
    metric: metric.name,
    window: aboutMs === undefined ? null : windowJson(metric, aboutMs, facts),
    openWindows: open.map(({ startMs, endMs, groups }) => ({
      ...{ start: isoOf(startMs), end: isoOf(endMs), groups },
    })),
  }
}

export function overallJson(metrics: readonly Metric[], state: WhyState): object {
  const ofMetric = (metric: Metric) => {
    const open = openWindowsOf(metric, state.facts)
    const oldest = open[0] && windowJson(metric, open[0].startMs, state.facts)
    return { metric: metric.name, openWindows: open.length, oldest: oldest ?? null }
  }
  return { ...jobJson(state), metrics: metrics.map(ofMetric) }
}

function windowJson(metric: Metric, timeMs: number, facts: WhyFacts): object {
  const answer = whyWindow(metric, timeMs, facts)
  return {
    start: isoOf(answer.startMs),
    end: isoOf(answer.endMs),
    state: answer.standing,
    closesAt: isoOf(answer.closesAtMs),
    groups: answer.groups ?? null,
    ...(answer.openSessions === undefined ? {} : { openSessions: answer.openSessions }),
    correctableUntil: isoOf(answer.correctableUntilMs),
    heldBy: answer.heldBy.map(({ partition }) => partition),
    closesBy: isoOf(answer.closesByMs),
  }
}

function jobJson({ number, facts }: WhyState): object {
  const { snapshot, holder, nowMs } = facts
  return {
    checkpoint: {
      number,
      saved: isoOf(snapshot.savedAtMs),
      ageMs: Math.max(0, nowMs - snapshot.savedAtMs),
    },
    holder: holder ?? null,
    watermark: isoOf(snapshot.watermarks.currentMs),
    partitions: standingsOf(facts).map(({ latestMs, watermarkMs, standing, ...place }) => ({
      ...place,
      latestEvent: isoOf(latestMs),
      watermark: isoOf(watermarkMs),
      state: standing,
    })),
  }
}

const isoOf = (ms = Number.NaN): string | null =>
  Number.isFinite(ms) ? new Date(ms).toISOString() : null
