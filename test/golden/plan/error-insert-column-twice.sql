-- error
CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE TABLE o (u STRING, v DOUBLE) WITH ('connector' = 'print');
INSERT INTO o (v, v) SELECT v, v FROM clicks;
