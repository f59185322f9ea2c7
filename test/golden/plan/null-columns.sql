CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE TABLE o (u STRING, v DOUBLE) WITH ('connector' = 'print');
INSERT INTO o SELECT u, NULL FROM clicks WHERE NULL IS NULL UNION ALL SELECT NULL, v FROM clicks;
