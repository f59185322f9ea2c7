-- Ten-minute rolling average of real sensor readings, and an alarm when a reading leaves it.

CREATE TABLE readings (
  mote_id STRING,
  temperature DOUBLE,
  humidity DOUBLE,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'stream', 'stream' = 'readings', 'create' = 'true', 'format' = 'json');

CREATE TABLE alarms (
  mote_id STRING,
  ts TIMESTAMP(3),
  temperature DOUBLE,
  average_10m DOUBLE,
  deviation_10m DOUBLE
) WITH ('connector' = 'sns', 'topic' = 'mote-alarm');

-- The same alarms as JSON lines, for those who come later.
CREATE TABLE alarms_lake (
  mote_id STRING,
  ts TIMESTAMP(3),
  temperature DOUBLE,
  average_10m DOUBLE,
  deviation_10m DOUBLE
) WITH ('connector' = 'filesystem', 'path' = 'lake/alarms', 'format' = 'json');

CREATE TABLE averages_lake (
  mote_id STRING,
  ts TIMESTAMP(3),
  temperature DOUBLE,
  humidity DOUBLE,
  average_10m DOUBLE,
  deviation_10m DOUBLE,
  readings_10m BIGINT,
  `day` STRING
) PARTITIONED BY (`day`)
WITH ('connector' = 'filesystem', 'path' = 'lake/averages', 'format' = 'parquet');

CREATE VIEW rolling AS
SELECT *,
  COUNT(*) OVER w AS readings_10m,
  AVG(temperature) OVER w AS average_10m,
  STDDEV_POP(temperature) OVER w AS deviation_10m
FROM readings
WINDOW w AS (PARTITION BY mote_id ORDER BY ts RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW);

-- More than five deviations off. A room that hardly changes has a deviation near nothing: a tenth and a half of a degree is the least.
CREATE VIEW judged AS
SELECT *,
  CASE WHEN readings_10m >= 10 AND ABS(temperature - average_10m) > 5E0 * GREATEST(deviation_10m, 0.15E0) THEN 1 ELSE 0 END AS is_anomalous
FROM rolling;

-- One alarm for all anomalies of ten minutes: the first.
CREATE VIEW counted AS
SELECT *, SUM(is_anomalous) OVER w AS anomalies_10m
FROM judged
WINDOW w AS (PARTITION BY mote_id ORDER BY ts RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW);

CREATE VIEW raised AS
SELECT mote_id, ts, temperature, average_10m, deviation_10m FROM counted WHERE is_anomalous = 1 AND anomalies_10m = 1;

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO alarms SELECT * FROM raised;

  INSERT INTO alarms_lake SELECT * FROM raised;

  INSERT INTO averages_lake
  SELECT mote_id, ts, temperature, humidity, average_10m, deviation_10m, readings_10m, DATE_FORMAT(ts, 'yyyy-MM-dd') FROM rolling;
END;
