CREATE TABLE clicks (u STRING, page STRING NOT NULL, v DOUBLE) WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE TABLE o (u STRING NOT NULL, page STRING NOT NULL, v DOUBLE NOT NULL) WITH ('connector' = 'print');
INSERT INTO o SELECT u, page, v + 1 FROM clicks WHERE v > 0;
