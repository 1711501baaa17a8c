// Whole numbers in order, side by side: few enough that making room for one more costs little.

/** Where among the first `count` keys, which rise, the key is or belongs. */
export function placeOf(keys: Int32Array, count: number, key: number): number {
  let [from, to] = [0, count]
  while (from < to) {
    const middle = (from + to) >> 1
    if (keys[middle] < key) from = middle + 1
    else to = middle
  }
  return from
}

/** The array itself or a longer copy, with room for `element` at `place` before what was there of the first `count`. */
export function withElement<Of extends Int32Array | Float64Array>(
  array: Of,
  count: number,
  place: number,
  element: number,
): Of {
  let own = array
  if (count === own.length) {
    own = new (array.constructor as new (length: number) => Of)(Math.max(4, count * 2))
    own.set(array)
  }
  own.copyWithin(place + 1, place, count)
  own[place] = element
  return own
}
