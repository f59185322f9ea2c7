-- error
CREATE TABLE t (a INT, b AS q + 1) WITH ('connector' = 'print');
