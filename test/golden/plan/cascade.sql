CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE VIEW minutes AS SELECT page, window_time AS wt, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY page, window_start, window_end, window_time;
SELECT page, window_end, MAX(n) AS most FROM TABLE(TUMBLE(TABLE minutes, DESCRIPTOR(wt), INTERVAL '1' HOUR)) GROUP BY page, window_start, window_end;
