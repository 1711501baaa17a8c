// How names and shares of definitions are said to people: the same on every dashboard. Pure.

/** `average_order_value` → "average order value". */
export const wordsOf = (name: string): string => name.replaceAll('_', ' ')

/** `average_order_value` → "Average order value". */
export const labelOf = (name: string): string =>
  wordsOf(name.charAt(0).toUpperCase() + name.slice(1))

/** 0.01 → "1 %". */
export const percentOf = (share: number): string => `${Number((share * 100).toPrecision(3))} %`
