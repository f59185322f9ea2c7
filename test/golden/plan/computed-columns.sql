CREATE TABLE t (id INT, price DECIMAL(10, 2), ts STRING, arrived TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, taxed AS price * 1.25, et AS TO_TIMESTAMP(ts),
  WATERMARK FOR et AS et - INTERVAL '0.5' SECOND) WITH ('connector' = 'stream', 'stream' = 't', 'format' = 'json');
SELECT id, taxed, et, arrived FROM t;
