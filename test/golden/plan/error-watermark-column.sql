-- error
CREATE TABLE t (a INT, WATERMARK FOR b AS b) WITH ('connector' = 'print');
