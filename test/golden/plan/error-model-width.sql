-- error
CREATE TABLE clicks (u STRING, page STRING, v DOUBLE, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'clicks', 'format' = 'json');
CREATE MODEL m INPUT (a DOUBLE, b DOUBLE) OUTPUT (s DOUBLE) WITH ('provider' = 'onnx', 'path' = 'm.onnx');
SELECT * FROM ML_PREDICT(TABLE clicks, MODEL m, DESCRIPTOR(v));
