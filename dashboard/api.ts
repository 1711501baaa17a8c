// What the server tells the page, as JSON. Types only; the page's modules name them in their comments.
import type { PanelKind } from '../data/definitions/metric.ts'

export type { PanelKind }

/** How a value of a metric is written and where it comes from. */
export interface ValueInfo {
  readonly name: string
  /** For people: "Average order value". */
  readonly label: string
  /** Grafana's unit id: `short`, `currencyUSD`, `percentunit`. */
  readonly unit: string
  /** How it is computed when that is not plain from the label: "revenue ÷ orders". */
  readonly hint: string
  /** `sum`: parts stand upon each other and make a whole; `ratio`, `difference`: computed anew per bucket and range. */
  readonly kind: 'sum' | 'ratio' | 'difference' | 'extreme' | 'percentile' | 'distinct'
}

export interface TagInfo {
  readonly name: string
  /** For people: "Age group". */
  readonly label: string
}

export interface PanelInfo {
  /** One of its own among all panels; fit for an element's id and an address. */
  readonly id: string
  readonly metric: string
  readonly kind: PanelKind
  /** Heading it stands under; empty: none. Panels of a section follow one another. */
  readonly section: string
  readonly title: string
  readonly summary: string
  /** The value drawn. */
  readonly value: ValueInfo
  /** Values drawn together (lines, columns, steps), `value` among them, at least one. */
  readonly values: readonly ValueInfo[]
  /** The tag with a line or row per value unless another is asked for; null: none. */
  readonly split: string | null
  /** Tags one may split by; none where the kind has no split. */
  readonly splits: readonly TagInfo[]
  /** Tags of which the metric itself adds up the smaller values: how many these are is not known. */
  readonly folds: readonly string[]
  /** Whether it can be shown without any split as well. */
  readonly whole: boolean
  readonly totals: readonly ValueInfo[]
  /** From one point to the next. */
  readonly windowMs: number
}

/** `GET /api/pipeline`: what does not change while the server runs. `version`: differs when anything else here does. */
export interface PipelineInfo {
  readonly version: string
  readonly name: string
  /** Which store the numbers come from: "SQLite .windrow/points.db". */
  readonly store: string
  readonly ranges: readonly string[]
  readonly defaultRange: string
  /** Tags of any metric, by which the page can be filtered. */
  readonly tags: readonly TagInfo[]
  readonly panels: readonly PanelInfo[]
}

/**
 * A number over the whole range; null: none. `compared`: over the buckets that are complete, and over the same ones a range
 * earlier: these two can be compared. Null where it is not asked for, or data begins too late for it.
 */
export interface Amount {
  readonly now: number | null
  readonly compared: { readonly now: number; readonly before: number } | null
}

/** One line or layer. `values[i]` belongs to the bucket from `edges[i]` to `edges[i + 1]`; null: no value. */
export interface Series {
  /** The tag's value, or the value's name; for the rest, and for a single line, empty. */
  readonly name: string
  /** How many tag values are folded into this one, which is all that found no place of its own; 0: a tag's value. */
  readonly rest: number
  /** Over the whole range; null: none. */
  readonly total: number | null
  readonly values: readonly (number | null)[]
  /** The same a range earlier, bucket by bucket; only in a view that compares. */
  readonly before?: { readonly total: number | null; readonly values: readonly (number | null)[] }
}

export interface Total extends Amount {
  /** Name of the value. */
  readonly name: string
  /** False: it is that of the newest window, as windows cannot be added up. */
  readonly adds: boolean
  /** The value per bucket, all tags together. */
  readonly values: readonly (number | null)[]
}

/** What every panel tells, of whatever kind. */
export interface PanelBase {
  readonly id: string
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
  /**
   * The range holds no window that is final: totals and rows are of these, which are still open. Null: they are of final
   * windows, and of those only.
   */
  readonly soFar: { readonly fromMs: number; readonly toMs: number } | null
  /** The tag it is split by now; null: by none. */
  readonly split: string | null
  /** Nothing to show: no data in the range, or none that the filter lets through. */
  readonly empty: boolean
  /** Sentences on what cannot be shown, or shows something else than one might think. */
  readonly notes: readonly string[]
  readonly totals: readonly Total[]
}

export interface SeriesPanel extends PanelBase {
  readonly kind: 'series'
  /** What a line is: a value of the split tag, one of the panel's values, or all there is. */
  readonly lines: 'tags' | 'values' | 'one'
  readonly series: readonly Series[]
}

/** One value of the split tag. */
export interface Row extends Amount {
  readonly name: string
  /** As in Series; the last row. */
  readonly rest: number
  /** Part of the whole, 0 to 1; null where the value's parts make no whole. */
  readonly share: number | null
}

/** `bars`: in the order of names. `share`, `ranking`: largest first; unknown and the rest last. */
export interface RowsPanel extends PanelBase {
  readonly kind: 'bars' | 'share' | 'ranking'
  /** All rows together; null where they make no whole. */
  readonly all: Amount
  readonly rows: readonly Row[]
}

export interface TablePanel extends PanelBase {
  readonly kind: 'table'
  /** All rows together, a cell per value of the panel. */
  readonly all: readonly Amount[]
  /** Largest first by the panel's value; a cell per value of the panel. */
  readonly rows: readonly {
    readonly name: string
    readonly rest: number
    readonly cells: readonly Amount[]
  }[]
}

export interface FunnelPanel extends PanelBase {
  readonly kind: 'funnel'
  /** In the order of the panel's values. */
  readonly steps: readonly (Amount & { readonly name: string })[]
}

export interface HeatmapPanel extends PanelBase {
  readonly kind: 'heatmap'
  /** Whose clock hours and days are of: "Europe/Berlin". */
  readonly tz: string
  /** Oldest first; `cells[hour]` for the 24 hours of the clock, null: no value. */
  readonly days: readonly {
    /** "2026-11-21". */
    readonly date: string
    readonly cells: readonly (number | null)[]
    /** Hours whose windows are still open. */
    readonly open: readonly number[]
  }[]
}

export type PanelView = SeriesPanel | RowsPanel | TablePanel | FunnelPanel | HeatmapPanel

/** `GET /api/view`: what a page shows, and what the events of `GET /api/live` make up, see `Frame` and `PanelPiece`. */
export interface View {
  /** The range as it was asked for: a name, `all` or `fixed`. */
  readonly range: string
  readonly fromMs: number
  readonly toMs: number
  /** The stretch it is compared with; null: with none. */
  readonly before: { readonly fromMs: number; readonly toMs: number } | null
  /** While the range is read for the first time, from when on it is known, newest first; null: it is known. */
  readonly backToMs: number | null
  /** The server's clock. */
  readonly nowMs: number
  /** When the server last saw a number change; null: no data yet. */
  readonly changedMs: number | null
  /** Is there data in the range, there but none that the filter lets through, only outside the range, or nowhere? */
  readonly data: 'here' | 'filtered' | 'elsewhere' | 'nowhere'
  /** First and last time that data is known for, when it is not in the range. */
  readonly extent: { readonly fromMs: number; readonly toMs: number } | null
  readonly panels: readonly PanelView[]
}

/** Events named `view` of `GET /api/live`: all of a view but its panels. With it the pieces that came before are shown. */
export type Frame = Omit<View, 'panels'>

/**
 * Events named `panel` of `GET /api/live`: a panel as it is with the next `view`. Of its columns (edges, values of totals
 * and lines) it has only what comes after `kept`: so many of the buckets that the page has already, from this index on.
 * After the connection was made every panel comes once, whole; those that follow are panels that changed.
 */
export interface PanelPiece {
  readonly panel: PanelView
  readonly kept: { readonly from: number; readonly count: number }
}

/** `GET /api/values?tag=country`: the values a tag has in the range, for the filter of the other tags. */
export interface TagValues {
  readonly tag: string
  /** What `total` counts; null: nothing that adds up is known, totals are null. */
  readonly value: ValueInfo | null
  /** Largest first. */
  readonly values: readonly { readonly name: string; readonly total: number | null }[]
  /** How many more there are. */
  readonly more: number
}

/** Events named `store` of `GET /api/live`. */
export interface StoreState {
  readonly state: 'ok' | 'slow' | 'down'
  /** What is wrong, for people; empty when nothing is. */
  readonly message: string
}
