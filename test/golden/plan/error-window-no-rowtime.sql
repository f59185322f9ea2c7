-- error
CREATE TABLE t (id INT, ts TIMESTAMP(3)) WITH ('connector' = 'stream', 'stream' = 't', 'format' = 'json');
SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end;
