-- error
CREATE TABLE t (id INT);
