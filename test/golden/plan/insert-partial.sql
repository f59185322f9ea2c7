CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE TABLE o (id BIGINT, u STRING, v FLOAT, `day` STRING) PARTITIONED BY (`day`) WITH ('connector' = 'print');
INSERT INTO o PARTITION (`day` = '2024-02-29') (u, id) SELECT u, n FROM clicks;
