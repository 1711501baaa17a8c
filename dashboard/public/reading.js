// Reading a chart value by value: arrow keys, Home and End, or the pointer, point at one, which is shown and told.

/**
 * The place that a key leads to; undefined: the key leads nowhere.
 * @param {string} key
 * @param {number | null} at where the reader is
 * @param {number} count
 * @param {number} [perRow] how many stand beside each other where there are rows
 */
export function stepTo(key, at, count, perRow = 0) {
  if (count === 0) return undefined
  const last = count - 1
  if (key === 'ArrowLeft') return Math.max(0, (at ?? count) - 1)
  if (key === 'ArrowRight') return Math.min(last, (at ?? -1) + 1)
  if (key === 'Home') return 0
  if (key === 'End') return last
  if (perRow === 0) return undefined
  if (key === 'ArrowUp') return at === null ? last : at < perRow ? at : at - perRow
  if (key === 'ArrowDown') return at === null ? 0 : at + perRow > last ? at : at + perRow
  return undefined
}

/**
 * By keyboard; `target` gets the focus.
 * @param {HTMLElement} target
 * @param {object} reading
 * @param {() => number} reading.count
 * @param {number} [reading.perRow]
 * @param {(index: number | null) => void} reading.point shows which value is meant; null: none
 * @param {(index: number) => string} reading.tell the value in words
 * @param {(text: string) => void} reading.say
 */
export function readByKeys(target, { count, perRow, point, tell, say }) {
  /** @type {number | null} */
  let at = null
  target.addEventListener('keydown', (event) => {
    if (event.target !== target) return
    const next = stepTo(event.key, at, count(), perRow)
    if (next === undefined) return
    event.preventDefault()
    at = next
    point(next)
    say(tell(next))
  })
  target.addEventListener('blur', () => {
    at = null
    point(null)
  })
}

/**
 * By mouse, pen or finger, for parts that say which value they are: `data-index`.
 * @param {HTMLElement} target
 * @param {(index: number | null) => void} point
 */
export function readByPointer(target, point) {
  target.addEventListener('pointerover', (event) => {
    const part = event.target instanceof Element ? event.target.closest('[data-index]') : null
    point(
      part instanceof HTMLElement || part instanceof SVGElement ? Number(part.dataset.index) : null,
    )
  })
  target.addEventListener('pointerleave', () => point(null))
}
