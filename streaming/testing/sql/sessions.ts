// For tests: metrics of sessions, by plain SQL. Sessions are told by the silence before an event; only windows that no
// session can come to any more have points.
import { MINUTE_MS, SECOND_MS } from './events.ts'

const HALF_HOUR_MS = 30 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS

/**
 * `visiting`: events, with the number of their session. `sessions`: theirs, in the minute of the last event, with tags of
 * the first one and what is `measured`. An event is late when its time is behind the line: a session has no end beforehand.
 */
const sessions = (
  gapMs: number,
  tags: readonly string[],
  measured: string,
  condition = 'true',
): string => {
  const first = tags.map((tag) => `first(${tag} ORDER BY ms, ${tags.join(', ')}) AS ${tag},`)
  return `WITH silences AS (
      SELECT *, ms - lag(ms) OVER (PARTITION BY session_id ORDER BY ms) AS silence_ms FROM shop
      WHERE (${condition}) AND session_id <> '' AND ms + 1 > line_ms),
    visiting AS (SELECT *, count(*) FILTER (silence_ms IS NULL OR silence_ms >= ${gapMs})
      OVER (PARTITION BY session_id ORDER BY ms RANGE UNBOUNDED PRECEDING) AS number FROM silences),
    sessions AS (SELECT session_id, number, max(ms) // ${MINUTE_MS} * ${MINUTE_MS} AS start,
      ${first.join(' ')} ${measured}
      FROM visiting GROUP BY session_id, number
      HAVING start + ${MINUTE_MS + gapMs} <= closed_ms())`
}

const FUNNEL = [
  `product <> ''`,
  `page = '/cart'`,
  `page = '/checkout'`,
  `event_type = 'purchase'`,
] as const

/** `tries1`, `tries2`, …: an event of a visit for each step so far, none twice, the last within an hour of the first. */
const tries = FUNNEL.map((step, done) =>
  done === 0
    ? `tries1 AS (SELECT session_id, number, ms AS begun_ms, ms AS last_ms, [line] AS used
      FROM visiting WHERE ${step})`
    : `tries${done + 1} AS (SELECT DISTINCT session_id, number, begun_ms, ms AS last_ms,
      list_append(used, line) AS used FROM tries${done} JOIN visiting USING (session_id, number)
      WHERE (${step}) AND ms >= last_ms AND ms <= begun_ms + ${HOUR_MS}
        AND NOT list_contains(used, line))`,
)
const reached = (steps: number) =>
  `count(*) FILTER ((session_id, number) IN (SELECT (session_id, number) FROM tries${steps}))`

const smallestAt = (percent: number) =>
  `list_sort(list(paid))[ceil(${percent} * count(*) / 100)::INT]`

export const SESSIONS = {
  visits: `${sessions(HALF_HOUR_MS, ['gender', 'country'], 'count(*) AS events, max(ms) - min(ms) AS lasted')}
    SELECT start, gender, country, count(*) AS visits, count(*) FILTER (events = 1) AS bounces,
      bounces / visits AS bounce_rate, sum(events) AS pages_sum, visits AS pages_count,
      sum(events) / visits AS pages, sum(lasted) AS length_sum, visits AS length_count,
      sum(lasted) / visits AS length
    FROM sessions GROUP BY start, gender, country`,
  cart_abandonment: `${sessions(
    HALF_HOUR_MS,
    ['country'],
    `count(*) FILTER (page = '/cart') > 0 AS has_cart,
      count(*) FILTER (event_type = 'purchase') > 0 AS has_bought`,
  )}
    SELECT start, country, count(*) FILTER (has_cart) AS carts,
      count(*) FILTER (has_cart AND NOT has_bought) AS abandoned,
      abandoned / nullif(carts, 0) AS abandonment
    FROM sessions GROUP BY start, country`,
  shop_funnel: `${sessions(HALF_HOUR_MS, ['country', 'age_group'], '')}, ${tries.join(', ')}
    SELECT start, country, age_group, count(*) AS visits, ${reached(1)} AS saw_product,
      ${reached(2)} AS saw_cart, ${reached(3)} AS saw_checkout, ${reached(4)} AS purchased,
      purchased / visits AS purchased_share
    FROM sessions GROUP BY start, country, age_group`,
  order_values: `${sessions(10 * SECOND_MS, [], 'sum(paid) AS paid', `event_type = 'purchase'`)}
    SELECT start, count(*) AS orders, ${smallestAt(50)} AS p50, ${smallestAt(95)} AS p95,
      ${smallestAt(99)} AS p99, sum(paid) AS mean_sum, count(*) AS mean_count,
      sum(paid)::DOUBLE / count(*) AS mean, max(paid) AS largest
    FROM sessions GROUP BY start`,
} as const
