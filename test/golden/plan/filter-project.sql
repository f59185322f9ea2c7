CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT UPPER(u) AS name, v * 2 AS twice, 3 * 4 AS twelve FROM clicks WHERE v > 1 AND n IN (1, 2, 3);
