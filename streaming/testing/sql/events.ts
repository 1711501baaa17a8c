// For tests: the events of files as a table, by plain SQL: what can be an event, once each, who did it, and how far the log
// had come when it was read.

/** How far an event may come behind the latest one before it: the job's default. */
const DISORDER_MS = 5_000

/** Text as a literal. */
export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`

/**
 * Makes the table `shop`. `people`: a CSV file with user_id, gender, age, country, income_bracket. `line`: an event's place;
 * `line_ms`: windows that end at or before it had closed, told from the events before it in its file. What is late is told
 * by partition: a file with late events must be what one partition has.
 */
export const createShop = (events: readonly string[], people: string): string => `
  CREATE TABLE shop AS
  WITH people AS (
    SELECT user_id, gender, country, income_bracket, CASE
      WHEN age < 25 THEN '18-24' WHEN age < 35 THEN '25-34' WHEN age < 45 THEN '35-44'
      WHEN age < 55 THEN '45-54' WHEN age < 65 THEN '55-64' ELSE '65+' END AS age_group
    FROM read_csv(${literal(people)}, header = true)
  ), lines AS (
    SELECT *, row_number() OVER () AS line, CASE
      WHEN regexp_full_match(event_time, '\\d+') THEN event_time::BIGINT
      ELSE epoch_ms(TRY_CAST(event_time AS TIMESTAMPTZ)) END AS ms,
      TRY_CAST(quantity AS BIGINT) AS pieces, TRY_CAST(unit_price AS DECIMAL(18, 2)) AS price
    FROM read_json([${events.map(literal).join(', ')}], format = 'newline_delimited',
      ignore_errors = true, filename = true, columns = {
        event_id: 'VARCHAR', event_type: 'VARCHAR', user_id: 'VARCHAR', event_time: 'VARCHAR',
        session_id: 'VARCHAR', product_id: 'VARCHAR', page: 'VARCHAR', category: 'VARCHAR',
        quantity: 'VARCHAR', unit_price: 'VARCHAR'})
  ), valid AS (
    SELECT *, coalesce(max(ms) OVER (PARTITION BY filename ORDER BY line
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) - ${DISORDER_MS} AS line_ms
    FROM lines
    WHERE event_id <> '' AND event_type <> '' AND user_id <> '' AND ms IS NOT NULL
      AND (event_type <> 'purchase' OR pieces >= 1 AND price >= 0)
      AND (price IS NULL OR unit_price::DOUBLE = price::DOUBLE)
  )
  SELECT line, ms, line_ms, event_type, valid.user_id, session_id, product_id AS product, page,
    pieces, pieces * price AS paid, category AS named,
    coalesce(nullif(product_id, ''), 'unknown') AS product_id,
    coalesce(nullif(category, ''), 'unknown') AS category,
    coalesce(gender, 'unknown') AS gender, coalesce(age_group, 'unknown') AS age_group,
    coalesce(country, 'unknown') AS country, coalesce(income_bracket, 'unknown') AS income_bracket
  FROM valid LEFT JOIN people USING (user_id)
  QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY line) = 1;
  CREATE MACRO instant(ms) AS strftime(make_timestamp(ms * 1000), '%Y-%m-%dT%H:%M:%S.000Z');
  -- Every partition ends with an event of the same time: windows that end at or before are closed.
  CREATE MACRO closed_ms() AS (SELECT max(ms) - ${DISORDER_MS} FROM shop);`

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000

/** The events that count in windows, or steps, of a length: `start` is theirs, `late` says that they came after its end. */
export const windowed = (sizeMs: number, condition = 'true', latenessMs = 0): string => `(
  SELECT *, ms // ${sizeMs} * ${sizeMs} AS start, start + ${sizeMs} <= line_ms AS late FROM shop
  WHERE (${condition}) AND start + ${sizeMs + latenessMs} > line_ms)`
