CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE MODEL m INPUT (v DOUBLE, n10 BIGINT) OUTPUT (score DOUBLE) WITH ('provider' = 'onnx', 'path' = 'm.onnx');
CREATE TABLE alerts (u STRING, score DOUBLE) WITH ('connector' = 'sns', 'topic' = 'alerts');
CREATE TABLE lake (u STRING, v DOUBLE, n10 BIGINT, `day` STRING) PARTITIONED BY (`day`) WITH ('connector' = 'filesystem', 'path' = 'lake', 'format' = 'parquet');
CREATE VIEW features AS SELECT u, ts, v, COUNT(*) OVER (PARTITION BY u ORDER BY ts RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW) AS n10 FROM clicks;
EXECUTE STATEMENT SET BEGIN
  INSERT INTO alerts SELECT u, score FROM ML_PREDICT(TABLE features, MODEL m, DESCRIPTOR(v, n10), MAP['async', 'true']) WHERE score > 0.9 AND v > 5;
  INSERT INTO lake SELECT u, v, n10, DATE_FORMAT(ts, 'yyyy-MM-dd') FROM features;
END;
