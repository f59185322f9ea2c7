CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT upper(u) || '!' AS who, MAX(n + 1) AS most, n + 1 AS following_n FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS c
  GROUP BY UPPER(c.u), n + 1, window_start, window_end HAVING UPPER(u) <> 'X';
