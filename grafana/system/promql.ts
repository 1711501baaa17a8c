// The PromQL of the job's health: each name is one of streaming/http/families.ts, or of Node's own metrics. Pure.

/** Of the instances that are chosen on the dashboard; alert rules have no such choice. */
export const CHOSEN = 'instance=~"$instance"'

/** A metric by its name, with Prometheus's selector. */
export const of = (name: string, selector = CHOSEN): string =>
  selector === '' ? name : `${name}{${selector}}`

/** Per second. `$__rate_interval` is Grafana's to fill in: never so short that it holds one scrape only. */
export const rate = (name: string): string => `rate(${of(name)}[$__rate_interval])`

/** How many in each interval that is drawn. */
export const increase = (name: string): string => `increase(${of(name)}[$__rate_interval])`

export const sumBy = (label: string, expression: string): string =>
  `sum by (${label}) (${expression})`
export const maxBy = (label: string, expression: string): string =>
  `max by (${label}) (${expression})`

/** Since a time that a metric tells. */
export const since = (expression: string): string => `time() - ${expression}`

/** What so many of a hundred observations of a histogram are at or below. */
export const quantile = (share: number, histogram: string): string =>
  `histogram_quantile(${share}, ${sumBy('le', rate(`${histogram}_bucket`))})`
