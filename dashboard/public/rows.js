// As many parts in an element as there are things to show: each is made once, and then brought up to date in place.

/**
 * @template Thing
 * @param {Element} parent
 * @param {(index: number) => { root: Element, update: (thing: Thing) => void }} make
 * @returns {(things: readonly Thing[]) => void}
 */
export function createRows(parent, make) {
  /** @type {{ root: Element, update: (thing: Thing) => void }[]} */
  const rows = []
  return (things) => {
    while (rows.length > things.length) rows.pop()?.root.remove()
    things.forEach((thing, index) => {
      if (index === rows.length) {
        rows.push(make(index))
        parent.append(rows[index].root)
      }
      rows[index].update(thing)
    })
  }
}
