SET 'table.local-time-zone' = 'UTC';
SET 'execution.checkpointing.interval' = '10 s';

CREATE TABLE events (
  event_type STRING, user_id STRING, category STRING, quantity INT, unit_price DECIMAL(12, 2),
  event_time BIGINT,
  happened AS TO_TIMESTAMP_LTZ(event_time, 3),
  looked_up AS PROCTIME(),
  WATERMARK FOR happened AS happened - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ecommerce.events',
  'properties.bootstrap.servers' = 'kafka:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
);

CREATE TABLE demographics (user_id STRING, country STRING) WITH (
  'connector' = 'jdbc', 'url' = 'jdbc:mysql://mysql:3306/ecommerce', 'table-name' = 'demographics',
  'username' = 'windrow', 'password' = 'windrow',
  'lookup.cache' = 'PARTIAL', 'lookup.partial-cache.max-rows' = '100000',
  'lookup.partial-cache.expire-after-write' = '30 s'
);

CREATE TABLE revenue (
  window_start TIMESTAMP(3), category STRING, country STRING, revenue DECIMAL(38, 2)
) WITH (
  'connector' = 'kafka', 'topic' = 'revenue', 'properties.bootstrap.servers' = 'kafka:9092',
  'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601'
);

CREATE VIEW enriched AS
SELECT happened, category, COALESCE(country, 'unknown') AS country, quantity * unit_price AS amount
FROM events
LEFT JOIN demographics FOR SYSTEM_TIME AS OF looked_up ON demographics.user_id = events.user_id
WHERE event_type = 'purchase';

INSERT INTO revenue
SELECT window_start, category, country, SUM(amount) AS revenue
FROM TABLE(TUMBLE(TABLE enriched, DESCRIPTOR(happened), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, category, country;
