CREATE TABLE base (id INT, ts TIMESTAMP(3)) WITH ('connector' = 'stream', 'stream' = 'b', 'format' = 'json');
CREATE TABLE t (item STRING, WATERMARK FOR ts AS ts - INTERVAL '10' SECOND) WITH ('stream' = 't') LIKE base (OVERWRITING OPTIONS);
SELECT item, ts, COUNT(*) OVER (PARTITION BY item ORDER BY ts) AS n FROM t;
