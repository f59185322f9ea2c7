CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE VIEW up AS SELECT UPPER(u) AS name, v, n FROM clicks;
SELECT name, v FROM up WHERE n > 1 UNION ALL SELECT name, v FROM up WHERE n < 0;
