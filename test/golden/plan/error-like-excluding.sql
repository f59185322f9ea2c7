-- error
CREATE TABLE a (n INT METADATA, m AS n + 1) WITH ('connector' = 'stream', 'stream' = 's', 'format' = 'json');
CREATE TABLE b (o INT) WITH ('connector' = 'print') LIKE a (EXCLUDING METADATA);
