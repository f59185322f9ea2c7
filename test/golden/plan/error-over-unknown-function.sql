-- error
CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT ROW_NUMER() OVER (PARTITION BY u ORDER BY ts) FROM clicks;
