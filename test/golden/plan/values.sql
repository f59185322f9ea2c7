SELECT a, b || '!' AS c FROM (VALUES (1, 'x'), (2, 'yz')) AS t(a, b) WHERE a > 0;
