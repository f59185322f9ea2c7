CREATE TABLE e (id INT, r ROW<a INT, s ROW<b STRING, c DOUBLE>>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'stream', 'stream' = 'e', 'format' = 'json');
CREATE TABLE whole (s ROW<b STRING, c DOUBLE>) WITH ('connector' = 'print');
CREATE TABLE part (a INT, c DOUBLE, n BIGINT) WITH ('connector' = 'print');
INSERT INTO whole SELECT r.s FROM e;
INSERT INTO part SELECT r.a, r.s.c, COUNT(*) OVER (PARTITION BY r.s.b ORDER BY ts) FROM e;
