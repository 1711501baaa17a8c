// Colours of series: told apart in both themes and with the common colour-vision deficiencies (after Okabe and Ito).
// They differ in lightness as well as in hue.

const LIGHT = [
  '#2274b5',
  '#eda11f',
  '#13967a',
  '#d2799f',
  '#66b8e8',
  '#cc5a16',
  '#6152a8',
  '#9c9433',
]
const DARK = [
  '#5aa9e6',
  '#f2b84b',
  '#35b898',
  '#e79abd',
  '#9bd5f7',
  '#ef8148',
  '#a396ea',
  '#cfc766',
]
/** What is unknown, and what was folded together, which are not the same. */
const UNKNOWN = { light: '#7d8691', dark: '#9aa4b1' }
const FOLDED = { light: '#bcc3cb', dark: '#5d6773' }

/**
 * A colour per series, the same for a name as long as the page lives. What is unknown or folded together is grey.
 * @param {Map<string, number>} places remembered places, by name; grows
 * @param {readonly { name: string, rest: number }[]} series
 * @param {'light' | 'dark'} theme
 */
export function coloursOf(places, series, theme) {
  const colours = theme === 'dark' ? DARK : LIGHT
  const named = series.filter((one) => !isPlain(one))
  /** @type {Set<number>} */
  const taken = new Set()
  const homeless = named.filter(({ name }) => {
    const place = places.get(name)
    // Two names of different times may remember one place: the second moves.
    if (place === undefined || taken.has(place)) return true
    taken.add(place)
    return false
  })
  for (const { name } of homeless) {
    const free = colours.findIndex((_, place) => !taken.has(place))
    const place = free === -1 ? places.size % colours.length : free
    places.set(name, place)
    taken.add(place)
  }
  return series.map((one) => {
    if (one.name === 'unknown') return UNKNOWN[theme]
    return isPlain(one) ? FOLDED[theme] : colours[places.get(one.name) ?? 0]
  })
}

/** Whether it stands for none or for many. @param {{ name: string, rest: number }} series */
export const isPlain = ({ name, rest }) => rest > 0 || name === 'unknown' || name === 'other'
