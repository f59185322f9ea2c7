CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT u, ts, COUNT(*) OVER w AS n, COUNT(DISTINCT page) OVER w AS pages, AVG(v) OVER w AS mean FROM clicks
  WINDOW w AS (PARTITION BY u ORDER BY ts RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW);
