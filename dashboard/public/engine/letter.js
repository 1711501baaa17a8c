// One dead letter: what was wrong with it, folded away its bytes, all of them on demand.
import { element, setText } from '../dom.js'
import { commandLine } from './frame.js'
import { counted, countText, timeText } from './words.js'

/** @typedef {import('../../engine/api.ts').Letter} Letter */

/** @param {Letter} first */
export function createLetter(first) {
  const place = `${first.partition}/${first.offset}`
  const state = element('span', { class: 'letter-state' })
  const bytes = element('pre', { tabindex: '0', 'aria-label': `Bytes of ${place}` })
  const size = element('p', { class: 'muted' })
  const all = element('button', { type: 'button', class: 'copy' }, 'Show all of it')
  const field = first.field === '' ? [] : [element('code', {}, first.field)]
  const prefix = `${first.field}: `
  const detail = first.detail.startsWith(prefix) ? first.detail.slice(prefix.length) : first.detail
  const summary = element(
    'summary',
    {},
    element('span', { class: 'letter-reason' }, first.reason),
    ...field,
    element('span', { class: 'letter-detail' }, detail),
    state,
  )
  const root = element(
    'li',
    {},
    element(
      'details',
      {},
      summary,
      bytes,
      element('p', { class: 'letter-more' }, size, all),
      commandLine(`windrow dead-letters show ${place}`),
    ),
  )
  let isWhole = false

  /** @param {Letter} letter */
  function showBytes(letter) {
    const { text, isHex, sizeBytes, shownBytes, isCut } = letter
    const shown = text === null ? '(no value)' : text === '' ? '(empty)' : text
    setText(bytes, shown)
    const form = isHex ? ' as hex, as they are no text' : ''
    const part = shownBytes < sizeBytes ? `, the first ${countText(shownBytes)} shown` : ''
    const cut = isCut ? '; it was too large to be kept whole' : ''
    setText(size, text === null ? '' : `${counted(sizeBytes, 'byte')}${form}${part}${cut}`)
    all.hidden = isWhole || shownBytes >= sizeBytes
  }

  all.addEventListener('click', async () => {
    all.disabled = true
    try {
      const response = await fetch(`api/engine/letters/${place}`)
      const answer = await response.json()
      isWhole = response.ok
      if (response.ok) showBytes(answer)
      else setText(size, answer.error)
    } catch {
      setText(size, 'The dashboard server does not answer; try again.')
    }
    all.disabled = false
  })

  return {
    root,
    /** @param {Letter} letter */
    update(letter) {
      const { setAsideMs, replayedMs } = letter
      const nowMs = Date.now()
      const given = replayedMs === null ? '' : `, given back ${timeText(replayedMs, nowMs)}`
      setText(state, `${place} · ${timeText(setAsideMs, nowMs)}${given}`)
      if (!isWhole) showBytes(letter)
    },
  }
}
