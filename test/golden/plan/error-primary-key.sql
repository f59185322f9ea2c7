-- error
CREATE TABLE t (card STRING, PRIMARY KEY (cart) NOT ENFORCED) WITH ('connector' = 'print');
