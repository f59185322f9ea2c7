CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
SELECT CASE u WHEN 'a' THEN 1 WHEN 'b' THEN 2.5 END AS c, COALESCE(n, 0) AS k, IF(v, 'y', 'no') AS i, NULLIF(u, '') AS z, n BETWEEN 1 AND 5 AS b, u NOT IN ('x', NULL) AS o, v IS NOT TRUE AS t FROM (SELECT u, n, v > 0 AS v FROM clicks) AS d;
