CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
-- Windows over one partition and order are one node, also across views that Flink needs one each for.
CREATE VIEW short AS SELECT *, COUNT(*) OVER (PARTITION BY u ORDER BY ts RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND CURRENT ROW) AS n1 FROM clicks;
SELECT u, n1, SUM(v) OVER (PARTITION BY u ORDER BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS v60,
  LAG(page, 2, 'none') OVER (PARTITION BY u ORDER BY ts) AS before, ROW_NUMBER() OVER (PARTITION BY u ORDER BY ts) AS number,
  MAX(v) FILTER (WHERE page = 'home') OVER (PARTITION BY page ORDER BY ts ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS best
FROM short;
