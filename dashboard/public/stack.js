// What is drawn of the values: layers upon each other, lines with short gaps closed. Pure.

/**
 * Lower and upper edge of each layer. A hidden layer has no height; null where a layer has no value.
 * @param {readonly (readonly (number | null)[])[]} layers
 * @param {readonly boolean[]} shown
 * @returns {{ lower: number[][], upper: (number | null)[][] }}
 */
export function stack(layers, shown) {
  const height = new Array(layers[0]?.length ?? 0).fill(0)
  /** @type {number[][]} */
  const lower = []
  /** @type {(number | null)[][]} */
  const upper = []
  layers.forEach((values, layer) => {
    lower.push([...height])
    upper.push(
      values.map((value, index) => {
        if (value === null || !shown[layer]) return null
        height[index] += value
        return height[index]
      }),
    )
  })
  return { lower, upper }
}

/**
 * What the layers that are shown add up to; null where none has a value.
 * @param {readonly (readonly (number | null)[])[]} layers
 * @param {readonly boolean[]} shown
 * @returns {(number | null)[]}
 */
export function sums(layers, shown) {
  const own = layers.filter((_, layer) => shown[layer])
  return (layers[0] ?? []).map((_, index) => {
    const values = own.flatMap((layer) => layer[index] ?? [])
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
  })
}

/**
 * For lines: undefined (drawn through) instead of null in gaps of at most `longest` buckets that have values on both sides.
 * @param {readonly (number | null)[]} values
 * @param {number} longest
 * @returns {(number | null | undefined)[]}
 */
export function closeGaps(values, longest) {
  /** @type {(number | null | undefined)[]} */
  const closed = values.slice()
  let last = -1
  for (let index = 0; index < values.length; index++) {
    if (values[index] === null) continue
    const gap = index - last - 1
    if (last >= 0 && gap > 0 && gap <= longest) closed.fill(undefined, last + 1, index)
    last = index
  }
  return closed
}

/**
 * Values that stand alone: a line shows nothing of them, so they are drawn as points.
 * @param {readonly (number | null | undefined)[]} values
 * @returns {number[]}
 */
export function lonely(values) {
  /** @type {number[]} */
  const found = []
  /** A value that nothing before it joins. */
  let alone = -1
  let broken = true
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value === null) broken = true
    if (value === null || value === undefined) continue
    if (broken && alone >= 0) found.push(alone)
    alone = broken ? index : -1
    broken = false
  }
  return alone < 0 ? found : [...found, alone]
}

/**
 * Keeps the order in which series were first seen while the same ones are there: a legend must not jump.
 * @template {{ name: string, rest: number }} S
 * @param {readonly string[]} order keys as they were, see `keyOf`
 * @param {readonly S[]} series
 * @returns {S[]}
 */
export function inOrder(order, series) {
  const keys = new Set(order)
  if (keys.size !== series.length || !series.every((one) => keys.has(keyOf(one))))
    return [...series]
  return [...series].sort((a, b) => order.indexOf(keyOf(a)) - order.indexOf(keyOf(b)))
}

/**
 * Tells series apart; a tag value cannot be mistaken for the rest.
 * @param {{ name: string, rest: number }} series
 */
export const keyOf = ({ name, rest }) => (rest > 0 ? 'rest' : `=${name}`)
