CREATE TABLE bid (auction BIGINT, bid ROW<auction STRING, price BIGINT>) WITH ('connector' = 'stream', 'stream' = 's', 'format' = 'json');
SELECT bid.auction, bid.price, bid.bid.auction AS inner_auction, my_catalog.my_database.bid.auction AS again FROM my_catalog.my_database.bid;
