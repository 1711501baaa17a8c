// The partitions: how fast each is read, how far, and which one holds the watermark, worst first or by a column.
import { element, setText } from '../dom.js'
import { createRows } from '../rows.js'
import { frame, scrolled } from './frame.js'
import { countText, lagOf, rateText, standingOf, timeText, worstFirst } from './words.js'

/** @typedef {import('./words.js').Known} Known */
/** @typedef {import('./words.js').Partition} Partition */
/**
 * @typedef {object} Column
 * @property {string} label
 * @property {boolean} [number]
 * @property {(partition: Partition, state: Known) => string} text
 * @property {(partition: Partition, state: Known) => number} by what it is sorted by
 */

/** @param {Partition} partition @param {Known} state */
const rateOf = ({ partition }, { rates }) => rates[partition] ?? null

/** It is asked for once a second: what was read since is beyond it. @param {Partition} partition */
const endOf = ({ position, end }) => Math.max(position, end)

/** @type {Column[]} */
const COLUMNS = [
  { label: 'Partition', text: ({ partition }) => `${partition}`, by: (one) => -one.partition },
  {
    label: 'Rate',
    number: true,
    text: (one, state) => rateText(rateOf(one, state)),
    by: (one, state) => rateOf(one, state) ?? -1,
  },
  { label: 'Lag', number: true, text: (one) => countText(lagOf(one)), by: lagOf },
  {
    label: 'Read to',
    number: true,
    text: (one) => countText(one.position),
    by: (one) => one.position,
  },
  { label: 'End', number: true, text: (one) => countText(endOf(one)), by: endOf },
  {
    label: 'Watermark',
    number: true,
    text: ({ watermarkEpochMs: ms }, { nowMs }) => (ms === null ? '–' : timeText(ms, nowMs)),
    by: ({ watermarkEpochMs }) => -(watermarkEpochMs ?? 0),
  },
]

export function createPartitions() {
  /** Undefined: the worst first. @type {{ column: Column, descending: boolean } | undefined} */
  let order
  /** @type {Known | undefined} */
  let last
  const heads = COLUMNS.map((column) => {
    const button = element('button', { type: 'button', class: 'sort' }, column.label)
    const cell = element(
      'th',
      { scope: 'col', ...(column.number ? { class: 'number' } : {}) },
      button,
    )
    button.addEventListener('click', () => {
      order = { column, descending: order?.column === column ? !order.descending : true }
      if (last !== undefined) update(last)
    })
    return { column, cell }
  })
  const body = element('tbody')
  const holder = element('p', { class: 'holder' })
  const table = element(
    'table',
    { class: 'grid' },
    element('thead', {}, element('tr', {}, ...heads.map(({ cell }) => cell), standingHead())),
    body,
  )
  /** @type {(rows: readonly { partition: Partition, state: Known }[]) => void} */
  const show = createRows(body, () => {
    const cells = COLUMNS.map(({ number }, index) =>
      index === 0
        ? element('th', { scope: 'row' })
        : element('td', number ? { class: 'number' } : {}),
    )
    const standing = element('td', { class: 'standing' })
    const root = element('tr', {}, ...cells, standing)
    return {
      root,
      update: ({ partition, state }) => {
        for (const [index, { text }] of COLUMNS.entries())
          setText(cells[index], text(partition, state))
        const { text, holds } = standingOf(partition, state.status)
        setText(standing, text)
        root.classList.toggle('holds', holds)
      },
    }
  })

  /** @param {Known} state */
  function update(state) {
    last = state
    for (const { column, cell } of heads) {
      if (order?.column === column)
        cell.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending')
      else cell.removeAttribute('aria-sort')
    }
    const held = worstFirst(state.status)
      .map((one) => ({ ...standingOf(one, state.status), partition: one.partition }))
      .find(({ holds }) => holds)
    setText(holder, held === undefined ? '' : `Partition ${held.partition} ${held.text}.`)
    show(sorted(state).map((partition) => ({ partition, state })))
  }

  /** @param {Known} state */
  function sorted(state) {
    const worst = worstFirst(state.status)
    if (order === undefined) return worst
    const { column, descending } = order
    const sign = descending ? -1 : 1
    return worst.sort((a, b) => sign * (column.by(a, state) - column.by(b, state)))
  }

  const summary =
    'Worst first. The watermark is the time through which windows are closed: the oldest of the partitions that are waited for.'
  return { roots: [frame('Partitions', summary, 6, holder, scrolled('Partitions', table))], update }
}

const standingHead = () => element('th', { scope: 'col' }, 'Watermark waits for it?')
