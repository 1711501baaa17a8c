// What lines, rows and columns are called: countries by name instead of by code, values by their label. Pure.

/** @typedef {import('../api.ts').PanelInfo} PanelInfo */
/** @typedef {import('../api.ts').PanelView} PanelView */

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

/**
 * "Germany" for DE, where the tag is a country's; any other value as it is.
 * @param {string | null} tag
 * @param {string} value
 */
export function nameOf(tag, value) {
  if (tag === null || !/(^|_)country(_|$)/.test(tag) || !/^[A-Z]{2}$/.test(value)) return value
  return regions.of(value) ?? value
}

/**
 * A line's or a row's name: a value of the tag, one of the panel's values, or what was folded into one.
 * @param {PanelInfo} info
 * @param {Pick<PanelView, 'split'>} panel
 * @param {{ name: string, rest?: number }} one
 */
export function labelOf(info, { split }, { name, rest = 0 }) {
  if (rest > 0 && split !== null && info.folds.includes(split)) return 'Others'
  if (rest > 0) return `${rest} ${rest === 1 ? 'other' : 'others'}`
  if (name === '') return info.value.label
  return split === null ? valueNamed(info, name).label : nameOf(split, name)
}

/**
 * One of the panel's values; the one that is drawn where it has none of that name.
 * @param {PanelInfo} info
 * @param {string} name
 */
export const valueNamed = (info, name) => info.values.find((one) => one.name === name) ?? info.value

/**
 * What the rows or lines of a panel are: "Age group", or the value where it is not split.
 * @param {PanelInfo} info
 * @param {Pick<PanelView, 'split'>} panel
 */
export const splitLabelOf = (info, { split }) =>
  info.splits.find((tag) => tag.name === split)?.label ?? info.value.label
