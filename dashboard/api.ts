// What the server tells the page, as JSON. Types only; the page's modules name them in their comments.

/** How a value of a metric is written and where it comes from. */
export interface ValueInfo {
  readonly name: string
  /** For people: "Average order value". */
  readonly label: string
  /** Grafana's unit id: `short`, `currencyUSD`, `percentunit`. */
  readonly unit: string
  /** How it is computed when that is not plain from the label: "revenue ÷ orders". */
  readonly hint: string
  /**
   * `sum`: buckets can be stacked and added up; `ratio`: computed anew for every bucket and range; `distinct`: known for
   * single windows only.
   */
  readonly kind: 'sum' | 'ratio' | 'distinct'
}

export interface PanelInfo {
  readonly metric: string
  readonly title: string
  readonly summary: string
  /** The value drawn. */
  readonly value: ValueInfo
  /** The tag with a line per value, for people ("Age group"); absent: one line. */
  readonly splitLabel?: string
  readonly totals: readonly ValueInfo[]
  readonly windowMs: number
}

/** `GET /api/pipeline`: what does not change while the server runs. */
export interface PipelineInfo {
  readonly name: string
  /** Which store the numbers come from: "SQLite .windrow/points.db". */
  readonly store: string
  readonly ranges: readonly string[]
  readonly defaultRange: string
  readonly panels: readonly PanelInfo[]
}

/** One line or layer. `values[i]` belongs to the bucket from `edges[i]` to `edges[i + 1]`; null: no value. */
export interface Series {
  /** The tag's value; for the rest, and for a panel without split, empty. */
  readonly name: string
  /** How many tag values are folded into this one, which is all that found no place of its own; 0: a tag's value. */
  readonly rest: number
  /** Over the whole range; null: none. */
  readonly total: number | null
  readonly values: readonly (number | null)[]
}

export interface Total {
  /** Name of the value. */
  readonly name: string
  readonly now: number | null
  /**
   * Over the buckets that are complete, and over the same ones a range earlier: these two can be compared. Null where data
   * begins too late for it.
   */
  readonly compared: { readonly now: number; readonly before: number } | null
  /** The value per bucket, all tags together. */
  readonly values: readonly (number | null)[]
}

export interface PanelView {
  readonly metric: string
  /** Length of a bucket; in a time zone that of one in which the clock is not changed. */
  readonly bucketMs: number
  /** Start of each bucket in order, and the end of the last. Empty: too many to draw. */
  readonly edges: readonly number[]
  /** Buckets from this index on are still being filled; equals their number when none is. */
  readonly completeCount: number
  /**
   * Buckets from this index on hold windows that are still open: values of the series there are not final, and no total
   * counts them. Equals the number of buckets when none does.
   */
  readonly openFrom: number
  /** Set when the value cannot be shown for buckets this wide (distinct counts do not add up). */
  readonly tooWide: boolean
  readonly series: readonly Series[]
  readonly totals: readonly Total[]
}

/** `GET /api/view`, and the events named `view` of `GET /api/live`. */
export interface View {
  /** The range as it was asked for: a name, `all` or `fixed`. */
  readonly range: string
  readonly fromMs: number
  readonly toMs: number
  /** The server's clock. */
  readonly nowMs: number
  /** When the server last saw a number change; null: no data yet. */
  readonly changedMs: number | null
  /** Is there data in the range, only outside it, or nowhere? */
  readonly data: 'here' | 'elsewhere' | 'nowhere'
  /** First and last time that data is known for, when it is not in the range. */
  readonly extent: { readonly fromMs: number; readonly toMs: number } | null
  readonly panels: readonly PanelView[]
}

/** Events named `store` of `GET /api/live`. */
export interface StoreState {
  readonly state: 'ok' | 'slow' | 'down'
  /** What is wrong, for people; empty when nothing is. */
  readonly message: string
}
