// How much one page may ask for, so that no view is the store's heaviest client or fills the memory.

/** Buckets of a panel: more are finer than any screen. */
export const MAX_POINTS = 2_000
/** Points of one metric that are kept over one range, of all combinations of tags; with more, buckets are wider. */
export const KEPT_AT_MOST = 250_000
/** Conditions of one filter. */
export const MAX_FILTER_VALUES = 100
/** Values of a tag in one answer. */
export const MAX_TAG_VALUES = 500
/** Days of a heatmap: the newest. */
export const MAX_DAYS = 62
