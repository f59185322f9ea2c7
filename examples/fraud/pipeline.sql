-- Card fraud on simulated transactions: features by windows over event time, a score, an action, a lake.
-- Flink SQL throughout; each view adds one window to the one before it, which is how Flink wants them.

CREATE TABLE transactions (
  transaction_id BIGINT,
  card_id STRING,
  terminal_id STRING,
  city STRING,
  latitude DOUBLE,
  longitude DOUBLE,
  amount DOUBLE,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'stream', 'stream' = 'transactions', 'create' = 'true', 'shards' = '4', 'format' = 'json');

-- Frauds, as they become known: seven days after the transaction. Rows without a terminal only carry the time.
CREATE TABLE chargebacks (
  transaction_id BIGINT,
  card_id STRING,
  terminal_id STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'stream', 'stream' = 'chargebacks', 'create' = 'true', 'format' = 'json');

CREATE MODEL fraud
INPUT (
  amount DOUBLE, is_weekend BIGINT, is_night BIGINT,
  card_count_10m BIGINT, card_cities_10m BIGINT,
  card_count_1d BIGINT, card_amount_1d DOUBLE, card_count_7d BIGINT, card_amount_7d DOUBLE, card_count_30d BIGINT, card_amount_30d DOUBLE,
  amount_ratio DOUBLE, seconds_since_last BIGINT, speed_kmh DOUBLE,
  terminal_count_1d BIGINT, terminal_chargebacks_1d BIGINT, terminal_count_7d BIGINT, terminal_chargebacks_7d BIGINT,
  terminal_count_30d BIGINT, terminal_chargebacks_30d BIGINT, terminal_risk DOUBLE
)
OUTPUT (score DOUBLE)
WITH ('provider' = 'onnx', 'path' = 'model/fraud.onnx');

CREATE TABLE blocked (
  card_id STRING,
  transaction_id BIGINT,
  score DOUBLE,
  amount DOUBLE,
  city STRING,
  ts TIMESTAMP(3)
) WITH ('connector' = 'sns', 'topic' = 'block-card');

CREATE TABLE features_lake (
  transaction_id BIGINT, card_id STRING, terminal_id STRING, city STRING, ts TIMESTAMP(3),
  amount DOUBLE, is_weekend BIGINT, is_night BIGINT,
  card_count_10m BIGINT, card_cities_10m BIGINT,
  card_count_1d BIGINT, card_amount_1d DOUBLE, card_count_7d BIGINT, card_amount_7d DOUBLE, card_count_30d BIGINT, card_amount_30d DOUBLE,
  amount_ratio DOUBLE, seconds_since_last BIGINT, speed_kmh DOUBLE,
  terminal_count_1d BIGINT, terminal_chargebacks_1d BIGINT, terminal_count_7d BIGINT, terminal_chargebacks_7d BIGINT,
  terminal_count_30d BIGINT, terminal_chargebacks_30d BIGINT, terminal_risk DOUBLE,
  score DOUBLE, `day` STRING
) PARTITIONED BY (`day`)
WITH ('connector' = 'filesystem', 'path' = 'lake/features', 'format' = 'parquet', 'sink.rolling-policy.rollover-interval' = '10 s');

-- The card: how often, how much, where, over ten minutes to thirty days.

CREATE VIEW card_10m AS
SELECT *, COUNT(*) OVER w AS card_count_10m, COUNT(DISTINCT city) OVER w AS card_cities_10m
FROM transactions
WINDOW w AS (PARTITION BY card_id ORDER BY ts RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW);

CREATE VIEW card_1d AS
SELECT *, COUNT(*) OVER w AS card_count_1d, AVG(amount) OVER w AS card_amount_1d
FROM card_10m
WINDOW w AS (PARTITION BY card_id ORDER BY ts RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW);

CREATE VIEW card_7d AS
SELECT *, COUNT(*) OVER w AS card_count_7d, AVG(amount) OVER w AS card_amount_7d
FROM card_1d
WINDOW w AS (PARTITION BY card_id ORDER BY ts RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW);

CREATE VIEW card_30d AS
SELECT *, COUNT(*) OVER w AS card_count_30d, AVG(amount) OVER w AS card_amount_30d,
  CAST(ts AS TIMESTAMP(3)) AS seen_at
FROM card_7d
WINDOW w AS (PARTITION BY card_id ORDER BY ts RANGE BETWEEN INTERVAL '30' DAY PRECEDING AND CURRENT ROW);

-- Where the card was before. No row before: it did not move, and the gap is as long as gaps get.

CREATE VIEW card_last AS
SELECT *, LAG(seen_at) OVER w AS last_at, LAG(latitude) OVER w AS last_latitude, LAG(longitude) OVER w AS last_longitude
FROM card_30d
WINDOW w AS (PARTITION BY card_id ORDER BY ts);

CREATE VIEW card_gap AS
SELECT *,
  COALESCE(TIMESTAMPDIFF(SECOND, last_at, seen_at), 604800) AS gap_seconds,
  COALESCE(SQRT(
    POWER((latitude - last_latitude) * 111.195E0, 2) +
    POWER((longitude - last_longitude) * 111.195E0 * COS(RADIANS(latitude)), 2)), 0E0) AS moved_km
FROM card_last;

-- One stream of what happens at a terminal: transactions with their features, and the frauds that came to light.

CREATE VIEW terminal_events AS
SELECT transaction_id, CAST(NULL AS BIGINT) AS charged_back_id, card_id, terminal_id, city, ts,
  amount,
  CASE WHEN DAYOFWEEK(ts) IN (1, 7) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS is_weekend,
  CASE WHEN HOUR(ts) < 6 THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS is_night,
  card_count_10m, card_cities_10m, card_count_1d, card_amount_1d, card_count_7d, card_amount_7d, card_count_30d, card_amount_30d,
  amount / card_amount_30d AS amount_ratio,
  CASE WHEN gap_seconds > 604800 THEN CAST(604800 AS BIGINT) ELSE CAST(gap_seconds AS BIGINT) END AS seconds_since_last,
  LEAST(moved_km / (GREATEST(CAST(gap_seconds AS DOUBLE), 1E0) / 3600E0), 50000E0) AS speed_kmh
FROM card_gap
UNION ALL
SELECT CAST(NULL AS BIGINT), transaction_id, card_id, terminal_id, CAST(NULL AS STRING), ts,
  CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
  CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE),
  CAST(NULL AS DOUBLE), CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE)
FROM chargebacks
WHERE terminal_id IS NOT NULL;

CREATE VIEW terminal_1d AS
SELECT *, COUNT(transaction_id) OVER w AS terminal_count_1d, COUNT(charged_back_id) OVER w AS terminal_chargebacks_1d
FROM terminal_events
WINDOW w AS (PARTITION BY terminal_id ORDER BY ts RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW);

CREATE VIEW terminal_7d AS
SELECT *, COUNT(transaction_id) OVER w AS terminal_count_7d, COUNT(charged_back_id) OVER w AS terminal_chargebacks_7d
FROM terminal_1d
WINDOW w AS (PARTITION BY terminal_id ORDER BY ts RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW);

CREATE VIEW terminal_30d AS
SELECT *, COUNT(transaction_id) OVER w AS terminal_count_30d, COUNT(charged_back_id) OVER w AS terminal_chargebacks_30d
FROM terminal_7d
WINDOW w AS (PARTITION BY terminal_id ORDER BY ts RANGE BETWEEN INTERVAL '30' DAY PRECEDING AND CURRENT ROW);

CREATE VIEW features AS
SELECT *, CAST(terminal_chargebacks_7d AS DOUBLE) / CAST(terminal_count_7d AS DOUBLE) AS terminal_risk
FROM terminal_30d
WHERE transaction_id IS NOT NULL;

CREATE VIEW scored AS
SELECT * FROM ML_PREDICT(
  TABLE features,
  MODEL fraud,
  DESCRIPTOR(
    amount, is_weekend, is_night, card_count_10m, card_cities_10m,
    card_count_1d, card_amount_1d, card_count_7d, card_amount_7d, card_count_30d, card_amount_30d,
    amount_ratio, seconds_since_last, speed_kmh,
    terminal_count_1d, terminal_chargebacks_1d, terminal_count_7d, terminal_chargebacks_7d,
    terminal_count_30d, terminal_chargebacks_30d, terminal_risk
  )
);

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO blocked
  SELECT card_id, transaction_id, score, amount, city, ts FROM scored WHERE score > 0.9;

  INSERT INTO features_lake
  SELECT transaction_id, card_id, terminal_id, city, ts,
    amount, is_weekend, is_night, card_count_10m, card_cities_10m,
    card_count_1d, card_amount_1d, card_count_7d, card_amount_7d, card_count_30d, card_amount_30d,
    amount_ratio, seconds_since_last, speed_kmh,
    terminal_count_1d, terminal_chargebacks_1d, terminal_count_7d, terminal_chargebacks_7d,
    terminal_count_30d, terminal_chargebacks_30d, terminal_risk,
    score, DATE_FORMAT(ts, 'yyyy-MM-dd')
  FROM scored;
END;
