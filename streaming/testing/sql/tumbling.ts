// For tests: metrics with windows one after the other, by plain SQL.
import { DAY_MS, MINUTE_MS, SECOND_MS, windowed } from './events.ts'

const tenSeconds = (condition?: string, latenessMs?: number) =>
  windowed(10 * SECOND_MS, condition, latenessMs)
const hours = (condition?: string) => windowed(60 * MINUTE_MS, condition)
const isPurchase = `event_type = 'purchase'`

/** Windows that are open are as they stand. */
export const TUMBLING = {
  events_by_segment: `SELECT start, event_type, gender, age_group, country,
    count(*) AS events, count(DISTINCT user_id) AS users
    FROM ${tenSeconds()} GROUP BY ALL`,
  revenue_by_category: `SELECT start, category, country, sum(paid) AS revenue,
    count(*) AS orders, sum(pieces) AS items, sum(paid)::DOUBLE / count(*) AS average_order_value,
    count(*) FILTER (late) AS revision
    FROM ${tenSeconds(isPurchase, MINUTE_MS)} GROUP BY start, category, country`,
  conversion_by_segment: `SELECT start, gender, age_group,
    count(*) FILTER (event_type = 'click') AS clicks,
    count(*) FILTER (event_type = 'purchase') AS purchases, purchases / nullif(clicks, 0) AS conversion
    FROM ${tenSeconds(`event_type IN ('click', 'purchase')`)} GROUP BY start, gender, age_group`,
  customers: `SELECT start, gender, age_group, country, income_bracket,
    count(DISTINCT user_id) AS customers, count(*) AS orders, sum(paid) AS revenue
    FROM ${hours(isPurchase)} GROUP BY ALL`,
  activity_by_hour: `SELECT start, country,
    count(*) AS events, count(*) FILTER (event_type = 'purchase') AS purchases
    FROM ${hours()} GROUP BY ALL`,
  revenue_per_visitor: `SELECT start, country, coalesce(sum(paid), 0) AS revenue,
    count(DISTINCT user_id) AS visitors,
    count(DISTINCT user_id) FILTER (event_type = 'purchase') AS buyers,
    revenue::DOUBLE / visitors AS revenue_per_visitor, buyers / visitors AS buyers_share
    FROM ${windowed(5 * MINUTE_MS)} GROUP BY start, country`,
  users_by_day: `WITH seen AS (SELECT DISTINCT start, user_id, gender, age_group, country
      FROM ${windowed(DAY_MS)}),
    told AS (SELECT *, NOT EXISTS (FROM seen AS before WHERE before.user_id = seen.user_id
      AND before.start < seen.start AND before.start >= seen.start - ${30 * DAY_MS}) AS is_new
      FROM seen)
    SELECT start, gender, age_group, country, count(*) AS users,
      count(*) FILTER (is_new) AS new_users, count(*) FILTER (NOT is_new) AS returning_users,
      new_users / users AS new_share
    FROM told GROUP BY start, gender, age_group, country`,
} as const

/** Those of which windows that are open say nothing, or less. */
export const CLOSED_TUMBLING = {
  top_products: `WITH products AS (SELECT start, product_id, category, sum(paid) AS paid,
      sum(pieces) AS pieces, count(*) AS bought
      FROM ${windowed(5 * MINUTE_MS, isPurchase)}
      WHERE start + ${5 * MINUTE_MS} <= closed_ms() GROUP BY start, product_id, category),
    placed AS (SELECT *, row_number() OVER (
      PARTITION BY start ORDER BY paid DESC, product_id, category) <= 10 AS is_top FROM products)
    SELECT start, if(is_top, product_id, 'other') AS product_id,
      if(is_top, category, 'other') AS category, sum(paid) AS revenue, sum(pieces) AS items,
      sum(bought) AS orders
    FROM placed GROUP BY ALL`,
  active_users: `WITH minutes AS (SELECT start, country, count(DISTINCT user_id) AS users
      FROM ${windowed(MINUTE_MS)} GROUP BY ALL),
    quiet AS (SELECT DISTINCT start + later * ${MINUTE_MS} AS start, country
      FROM minutes, generate_series(1, 10) AS after(later)
      WHERE start + (later + 1) * ${MINUTE_MS} <= closed_ms())
    SELECT start, country, coalesce(users, 0) AS users
    FROM minutes FULL JOIN quiet USING (start, country)`,
} as const
