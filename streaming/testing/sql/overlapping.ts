// For tests: metrics whose windows overlap, by plain SQL. A point's time is the start of its window's last step; a window
// that is open is there when that step had events.
import { DAY_MS, MINUTE_MS, windowed } from './events.ts'

const HOPS = 15

export const OVERLAPPING = {
  trending_categories: `WITH clicks AS (SELECT start AS step, category, user_id
      FROM ${windowed(MINUTE_MS, `event_type = 'click' AND named <> ''`)}),
    windows AS (SELECT DISTINCT step + hop * ${MINUTE_MS} AS start
      FROM clicks, generate_series(0, ${HOPS - 1}) AS hops(hop)
      WHERE start + ${MINUTE_MS} <= closed_ms() OR hop = 0)
    SELECT start, category, count(*) AS views, count(DISTINCT user_id) AS viewers
    FROM windows JOIN clicks ON step <= start AND step > start - ${HOPS * MINUTE_MS}
    GROUP BY start, category`,
  revenue_today: `WITH bought AS (SELECT start AS step, ms // ${DAY_MS} * ${DAY_MS} AS day, country,
      user_id, paid FROM ${windowed(5 * MINUTE_MS, `event_type = 'purchase'`)}),
    days AS (SELECT day, min(step) AS first_step FROM bought GROUP BY day),
    steps AS (SELECT day, unnest(range(first_step, day + ${DAY_MS}, ${5 * MINUTE_MS})) AS start
      FROM days)
    SELECT start, country, sum(paid) AS revenue, count(*) AS orders,
      count(DISTINCT user_id) AS buyers
    FROM steps JOIN bought ON bought.day = steps.day AND step <= start
    WHERE start + ${5 * MINUTE_MS} <= closed_ms() OR start IN (SELECT step FROM bought)
    GROUP BY start, country`,
} as const
