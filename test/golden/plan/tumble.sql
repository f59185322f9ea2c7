CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT page, window_start, window_time, SUM(v) AS s, COUNT(*) FILTER (WHERE v > 1) AS big FROM TABLE(TUMBLE(DATA => TABLE clicks, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '1' HOUR, `OFFSET` => INTERVAL '5' MINUTE)) WHERE u <> 'x' GROUP BY window_start, window_end, window_time, page HAVING COUNT(*) > 10;
