// The dead letters: how many by reason, the newest with what was wrong and their bytes, and how to give them back.
import { element, setText } from '../dom.js'
import { commandLine, frame } from './frame.js'
import { createLetter } from './letter.js'
import { counted, countText, sumOf } from './words.js'

/** @typedef {import('../../engine/api.ts').Letters} Letters */

/** Asked again when the job has rejected more, not more often; and now and then, as some may have been given back. */
const LEAST_MS = 4_000
const MOST_MS = 30_000

export function createLetters() {
  const reasons = element('div', { class: 'reasons', role: 'group', 'aria-label': 'Reasons' })
  const about = element('p', { class: 'muted' })
  const list = element('ol', { class: 'letters' })
  const back = element('p', { class: 'give-back' })
  /** By place: an open one stays as it is. @type {Map<string, ReturnType<typeof createLetter>>} */
  let shown = new Map()
  /** @type {string | undefined} */
  let reason
  let [askedMs, rejectedThen, asked] = [Number.NEGATIVE_INFINITY, -1, 0]
  let shownCommand = ''

  async function ask() {
    askedMs = performance.now()
    const own = ++asked
    try {
      const query = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`
      const response = await fetch(`api/engine/letters${query}`)
      const answer = await response.json()
      if (own !== asked) return
      if (response.ok) show(answer)
      else setText(about, `They cannot be read now: ${answer.error}`)
    } catch {
      // The page says that the server does not answer; it is asked again.
    }
  }

  /** @param {Letters} letters */
  function show({ counts, letters, store }) {
    const total = counts.reduce((sum, { count }) => sum + count, 0)
    const replayed = counts.reduce((sum, one) => sum + one.replayed, 0)
    const given = replayed === 0 ? '' : `, ${countText(replayed)} of them given back`
    setText(
      about,
      total === 0
        ? `None in ${store}: every record was an event.`
        : `${counted(total, 'dead letter')} in ${store}${given}. The newest ${letters.length === 1 ? 'one' : letters.length}:`,
    )
    showReasons(counts)
    const next = new Map(
      letters.map((letter) => {
        const key = `${letter.partition}/${letter.offset}`
        const known = shown.get(key) ?? createLetter(letter)
        known.update(letter)
        return [key, known]
      }),
    )
    const roots = [...next.values()].map(({ root }) => root)
    const isSame =
      roots.length === list.children.length && roots.every((one, i) => list.children[i] === one)
    if (!isSame) list.replaceChildren(...roots)
    shown = next
    const command = `windrow dead-letters replay${reason === undefined ? '' : ` --reason ${reason}`} --dry-run`
    back.hidden = total === 0
    if (command === shownCommand) return
    shownCommand = command
    back.replaceChildren(
      'Once the cause is mended, give them back to the job: ',
      commandLine(command),
    )
  }

  /** @param {Letters['counts']} counts */
  function showReasons(counts) {
    const total = counts.reduce((sum, { count }) => sum + count, 0)
    const all = [{ name: undefined, text: 'all', count: total }]
    const named = counts.map((one) => ({ name: one.reason, text: one.reason, count: one.count }))
    const wanted = counts.length === 0 ? [] : [...all, ...named]
    // The focus stays where it is: buttons are made once for each set of reasons.
    const key = JSON.stringify(wanted.map(({ text }) => text))
    if (reasons.dataset.key !== key) {
      reasons.dataset.key = key
      reasons.replaceChildren(...wanted.map(({ name }) => reasonButton(name)))
    }
    wanted.forEach(({ name, text, count }, index) => {
      const button = reasons.children[index]
      setText(button, `${text} ${countText(count)}`)
      button.setAttribute('aria-pressed', String(name === reason))
    })
  }

  /** @param {string | undefined} name */
  function reasonButton(name) {
    const button = element('button', { type: 'button', class: 'reason' })
    button.addEventListener('click', () => {
      reason = name
      for (const one of reasons.children) one.setAttribute('aria-pressed', String(one === button))
      ask()
    })
    return button
  }

  const summary = 'Records that are no events: kept as they came, with what was wrong with them.'
  return {
    roots: [frame('Dead letters', summary, 6, reasons, about, list, back)],
    /** @param {import('./words.js').Known} state */
    update({ status }) {
      const rejected = sumOf(status, (one) => one.rejected)
      const sinceMs = performance.now() - askedMs
      const isDue = rejected !== rejectedThen ? sinceMs > LEAST_MS : sinceMs > MOST_MS
      if (!isDue) return
      rejectedThen = rejected
      ask()
    },
  }
}
