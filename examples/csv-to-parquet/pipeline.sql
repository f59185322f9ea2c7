-- CSV files into Parquet, a folder a day: lake/flights/2001/01/31/. Ends when the files are read.
-- A line that is no flight becomes a dead letter with its file, its line and the reason, in the dead letters' stream and as a file.

SET 'dead-letters.path' = 'lake/dead-letters';

CREATE TABLE flights_csv (
  `date` TIMESTAMP(3),
  delay INT,
  distance INT,
  origin STRING,
  destination STRING
) WITH ('connector' = 'filesystem', 'path' = 'data', 'format' = 'csv', 'source.path.regex-pattern' = '.*\.csv');

CREATE TABLE flights (
  `date` TIMESTAMP(3),
  delay INT,
  distance INT,
  origin STRING,
  destination STRING,
  `year` STRING,
  `month` STRING,
  `day` STRING
) PARTITIONED BY (`year`, `month`, `day`)
WITH ('connector' = 'filesystem', 'path' = 'lake/flights', 'format' = 'parquet', 'sink.partition-style' = 'plain');

INSERT INTO flights
SELECT `date`, delay, distance, origin, destination,
  DATE_FORMAT(`date`, 'yyyy'), DATE_FORMAT(`date`, 'MM'), DATE_FORMAT(`date`, 'dd')
FROM flights_csv;
