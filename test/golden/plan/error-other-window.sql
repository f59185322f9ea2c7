-- error
CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT TUMBLE_START(ts, INTERVAL '2' HOUR), COUNT(*) FROM clicks GROUP BY TUMBLE(ts, INTERVAL '1' HOUR);
