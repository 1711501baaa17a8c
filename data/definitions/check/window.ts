// Whether there are such windows. Pure.
import { exactDuration } from '../../../kit/duration.ts'
import { nearest } from '../../../kit/nearest.ts'
import type { MetricInput } from '../metric.ts'
import type { CumulativeNode, HoppingNode, SessionsNode } from '../nodes.ts'
import { stepsOf } from '../nodes.ts'
import { areMadeOf, isZonedSize, windowsOf } from '../windows.ts'
import { checkPredicate, type Fields, mustBe } from './names.ts'
import { checkFolded } from './values.ts'

/** A window may be made of so many steps: each is looked at when one closes. */
const STEPS_MAX = 1500

/** Each is a bit. */
const FUNNEL_STEPS_MAX = 31

/** Throws an Error that says what is wrong with `window`. */
export function checkWindow(metric: MetricInput<string>, fields: Fields): void {
  const { window, allowedLateness } = metric
  const steps = stepsOf(window)
  const place = window.kind === 'tumbling' ? 'window' : 'window.every'
  checkLength(place, steps.sizeMs)
  if (steps.tz !== undefined) {
    checkZone(steps.tz)
    if (!isZonedSize(steps.sizeMs))
      throw new Error(
        `${place}: ${exactDuration(steps.sizeMs)} in "${steps.tz}"; expected 1h, 2h, 3h, 4h, 6h, 8h, 12h or ` +
          'whole days, or no time zone',
      )
  }
  if (window.kind === 'sessions') {
    checkSessions(window, fields)
    return
  }
  checkLength('window', window.sizeMs)
  if (window.kind === 'tumbling') return
  checkSteps(window)
  if (window.kind === 'cumulative' && allowedLateness !== undefined)
    throw new Error('allowedLateness: cumulative windows are not corrected; expected none')
}

function checkSteps(window: HoppingNode | CumulativeNode): void {
  const { kind, sizeMs, everyMs } = window
  const isWhole = kind === 'hopping' ? sizeMs % everyMs === 0 : areMadeOf(stepsOf(window), sizeMs)
  if (!isWhole || sizeMs <= everyMs)
    throw new Error(
      `window.every is ${exactDuration(everyMs)}; expected a part of the window, ${exactDuration(sizeMs)}`,
    )
  if (sizeMs / everyMs > STEPS_MAX)
    throw new Error(
      `window.every is ${exactDuration(everyMs)}, so that a window has ${sizeMs / everyMs} steps; ` +
        `expected at most ${STEPS_MAX}`,
    )
}

function checkSessions({ of, gapMs, measures }: SessionsNode, fields: Fields): void {
  mustBe(of.name, fields.text, 'window.of', 'text field')
  checkLength('window.gap', gapMs)
  for (const [name, measure] of Object.entries(measures)) {
    const place = `window.measures.${name}`
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${place}: expected a name in snake case`)
    if (measure.kind === 'length') continue
    if (measure.kind !== 'funnel') {
      checkFolded(measure, place, fields)
      continue
    }
    if (measure.steps.length < 2 || measure.steps.length > FUNNEL_STEPS_MAX)
      throw new Error(
        `${place}: expected 2 to ${FUNNEL_STEPS_MAX} steps, got ${measure.steps.length}`,
      )
    checkLength(`${place}.within`, measure.withinMs)
    for (const step of measure.steps) checkPredicate(step, place, fields)
  }
}

function checkLength(place: string, ms: number): void {
  if (!(ms > 0)) throw new Error(`${place}: expected a length above 0, got ${ms} ms`)
}

function checkZone(tz: string): void {
  const names = Intl.supportedValuesOf('timeZone')
  const sameName = names.find((name) => name.toLowerCase() === tz.toLowerCase())
  if (isZone(tz) && (sameName === undefined || sameName === tz)) return
  const near = nearest(tz, names)
  throw new Error(
    `window.tz is "${tz}", which is no time zone` +
      (near === undefined ? '; expected a name like "Europe/Berlin"' : `; did you mean "${near}"?`),
  )
}

/** Names only: an offset such as "+02:00" is a zone to some Node versions and to no InfluxDB. */
function isZone(tz: string): boolean {
  try {
    windowsOf({ kind: 'tumbling', sizeMs: 86_400_000, tz })
    return /^[A-Za-z]/.test(tz)
  } catch {
    return false
  }
}
