-- error
CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT SUM(v) OVER (ORDER BY ts RANGE INTERVAL -'1' HOUR PRECEDING) FROM clicks;
