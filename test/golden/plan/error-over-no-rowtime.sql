-- error
CREATE TABLE orders (id INT, item STRING, qty INT, price DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector' = 'stream', 'stream' = 'orders', 'format' = 'json');
SELECT SUM(qty) OVER (PARTITION BY item ORDER BY qty ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders;
