// The books as a sum that a person can check: everything read became one of these.
import { element, setText } from '../dom.js'
import { createRows } from '../rows.js'
import { frame } from './frame.js'
import { booksOf, counted, countText } from './words.js'

export function createBooks() {
  const body = element('tbody')
  const sum = element('td', { class: 'number' })
  const read = element('td', { class: 'number' })
  const verdict = element('p', { class: 'verdict' })
  const table = element(
    'table',
    { class: 'books' },
    element('caption', { class: 'hidden' }, 'What became of every record that was read'),
    body,
    element(
      'tfoot',
      {},
      element('tr', {}, element('th', { scope: 'row' }, '= all of these'), sum, element('td')),
      element('tr', {}, element('th', { scope: 'row' }, 'read'), read, element('td')),
    ),
  )
  /** @type {(lines: readonly { name: string, count: number, means: string }[]) => void} */
  const show = createRows(body, (index) => {
    const name = element('th', { scope: 'row' })
    const count = element('td', { class: 'number' })
    const means = element('td', { class: 'muted' })
    return {
      root: element('tr', {}, name, count, means),
      update: (line) => {
        setText(name, `${index === 0 ? '' : '+ '}${line.name}`)
        setText(count, countText(line.count))
        setText(means, line.means)
      },
    }
  })
  return {
    roots: [frame('Books', 'What became of every record: nothing vanishes.', 3, table, verdict)],
    /** @param {import('./words.js').Known} state */
    update({ status }) {
      const books = booksOf(status)
      show(books.lines)
      setText(sum, countText(books.sum))
      setText(read, countText(books.read))
      const isRight = books.wrong.length === 0 && books.sum === books.read
      verdict.classList.toggle('wrong', !isRight)
      const corrected =
        books.corrected === 0
          ? ''
          : ` ${counted(books.corrected, 'late event')} among the counted corrected a closed window.`
      setText(
        verdict,
        isRight
          ? `✓ They balance, in each of ${counted(status.partitions.length, 'partition')}.${corrected}`
          : `✗ They do not balance in ${books.wrong.length === 1 ? 'partition' : 'partitions'} ${books.wrong.join(', ')}: windrow audit`,
      )
    },
  }
}
