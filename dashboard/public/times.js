// Points and stretches of time in the reader's time zone. Pure but for the zone.

const LOCALE = 'en-GB'
const DAY = 86_400_000

/**
 * @param {Intl.DateTimeFormatOptions} options
 * @param {string} [timeZone]
 */
const formatter = (options, timeZone) =>
  new Intl.DateTimeFormat(LOCALE, { ...options, ...(timeZone === undefined ? {} : { timeZone }) })

/** @param {string} [timeZone] absent: the browser's */
export function timesIn(timeZone) {
  const clock = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timeZone)
  const seconds = formatter(
    { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    timeZone,
  )
  const date = formatter({ day: 'numeric', month: 'short' }, timeZone)
  const dated = formatter({ day: 'numeric', month: 'short', year: 'numeric' }, timeZone)
  const month = formatter({ month: 'short', year: 'numeric' }, timeZone)

  /** @param {number} ms @param {number} nowMs */
  const day = (ms, nowMs) => (Math.abs(nowMs - ms) < 300 * DAY ? date : dated).format(ms)

  /** @param {number} aMs @param {number} bMs */
  const sameDay = (aMs, bMs) => dated.format(aMs) === dated.format(bMs)

  return {
    /**
     * A bucket: "14:20:10 – 14:20:20", "21 Nov, 14:00 – 15:00", "9 Dec 2010".
     * @param {number} fromMs @param {number} toMs @param {number} nowMs
     */
    bucket(fromMs, toMs, nowMs) {
      const length = toMs - fromMs
      if (length >= DAY) {
        const last = toMs - 1
        return sameDay(fromMs, last)
          ? day(fromMs, nowMs)
          : `${day(fromMs, nowMs)} – ${day(last, nowMs)}`
      }
      const style = length < 60_000 ? seconds : clock
      const text = `${style.format(fromMs)} – ${style.format(toMs)}`
      return sameDay(fromMs, nowMs) ? text : `${day(fromMs, nowMs)}, ${text}`
    },

    /**
     * A stretch: "14:20 – 14:35", "20 Nov, 18:00 – 21 Nov, 18:00", "1 Dec 2010 – 9 Dec 2010".
     * @param {number} fromMs @param {number} toMs @param {number} nowMs
     */
    stretch(fromMs, toMs, nowMs) {
      if (toMs - fromMs > 14 * DAY) {
        const last = toMs - 1
        return `${day(fromMs, nowMs)} – ${day(last, nowMs)}`
      }
      const style = toMs - fromMs < 300_000 ? seconds : clock
      const end = style.format(toMs)
      const start = `${day(fromMs, nowMs)}, ${style.format(fromMs)}`
      if (!sameDay(fromMs, toMs)) return `${start} – ${day(toMs, nowMs)}, ${end}`
      return sameDay(fromMs, nowMs) ? `${style.format(fromMs)} – ${end}` : `${start} – ${end}`
    },

    /**
     * Labels of a time axis whose ticks are `stepMs` apart.
     * @param {readonly number[]} ticksMs @param {number} stepMs
     */
    axis(ticksMs, stepMs) {
      if (stepMs >= 28 * DAY) return ticksMs.map((ms) => month.format(ms))
      if (stepMs >= DAY) return ticksMs.map((ms) => date.format(ms))
      const style = stepMs < 60_000 ? seconds : clock
      return ticksMs.map((ms) => {
        const text = style.format(ms)
        return text === '00:00' ? date.format(ms) : text
      })
    },

    /** @param {number} ms @param {number} nowMs */
    moment(ms, nowMs) {
      return sameDay(ms, nowMs) ? clock.format(ms) : `${day(ms, nowMs)}, ${clock.format(ms)}`
    },
  }
}
