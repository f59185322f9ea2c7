import { expect, test } from "vitest";
import { formatSqlError, SqlError } from "../errors.ts";
import { parseScript } from "./index.ts";

/** What a user reads when a text is wrong: place, clause, what was expected, a caret line, and a way out. */
function explained(text: string): string {
  try {
    parseScript(text);
  } catch (error) {
    if (error instanceof SqlError) return `\n${formatSqlError(text, error)}\n`;
    throw error;
  }
  return "no error";
}

test("a missing comma in a SELECT list", () => {
  expect(explained("SELECT auction price bidder FROM bid")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 22: expected ',', FROM or ';', found 'bidder'
      1 | SELECT auction price bidder FROM bid
        |                      ^^^^^^
    hint: is a comma missing before it?
    "
  `);
});

test("an interval without quotes", () => {
  expect(explained("SELECT *\nFROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL 10 SECOND))")).toMatchInlineSnapshot(`
    "
    FROM, line 2, column 55: expected a string in single quotes, found '10'
      2 | FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL 10 SECOND))
        |                                                       ^^
    hint: put quotes round the number: INTERVAL '10' SECOND
    "
  `);
});

test("a parenthesis that is not closed", () => {
  expect(explained("SELECT COUNT(*\nFROM bid\nGROUP BY auction")).toMatchInlineSnapshot(`
    "
    SELECT list, line 2, column 1: expected ')', found 'FROM'
      2 | FROM bid
        | ^^^^
    hint: the parenthesis opened at line 1, column 13 is not closed
    "
  `);
  expect(explained("CREATE TABLE t (\n  a INT\nWITH ('connector' = 'x')")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 3, column 1: expected ',' or ')', found 'WITH'
      3 | WITH ('connector' = 'x')
        | ^^^^
    hint: the parenthesis opened at line 1, column 16 is not closed
    "
  `);
});

test("misspelt keywords", () => {
  expect(explained("CREATE TABLE t (\n  ts TIMESTAMP(3),\n  WATERMRK FOR ts AS ts - INTERVAL '5' SECOND\n) WITH ('connector' = 'x')")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 3, column 12: expected a data type, found 'FOR'
      3 |   WATERMRK FOR ts AS ts - INTERVAL '5' SECOND
        |            ^^^
    hint: did you mean WATERMARK instead of WATERMRK?
    "
  `);
  expect(explained("SELECT a FORM t")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 15: expected ',', FROM or ';', found 't'
      1 | SELECT a FORM t
        |               ^
    hint: did you mean FROM instead of FORM?
    "
  `);
  expect(explained("SELCT a FROM t")).toMatchInlineSnapshot(`
    "
    line 1, column 1: expected a statement, found 'SELCT'
      1 | SELCT a FROM t
        | ^^^^^
    hint: did you mean SELECT?
    "
  `);
  expect(explained("SELECT a FROM t WHER a > 1")).toMatchInlineSnapshot(`
    "
    FROM, line 1, column 22: expected ',', JOIN, WHERE, GROUP BY, WINDOW or ';', found 'a'
      1 | SELECT a FROM t WHER a > 1
        |                      ^
    hint: did you mean WHERE instead of WHER?
    "
  `);
  expect(explained("CREATE TABEL t (a INT)")).toMatchInlineSnapshot(`
    "
    CREATE, line 1, column 8: expected TABLE, VIEW, MODEL, FUNCTION, CATALOG or DATABASE, found 'TABEL'
      1 | CREATE TABEL t (a INT)
        |        ^^^^^
    hint: did you mean TABLE?
    "
  `);
  expect(explained("SELECT a, COUNT(*) FROM t GRUOP BY a")).toMatchInlineSnapshot(`
    "
    FROM, line 1, column 33: expected ',', JOIN, WHERE, GROUP BY, WINDOW or ';', found 'BY'
      1 | SELECT a, COUNT(*) FROM t GRUOP BY a
        |                                 ^^
    hint: did you mean GROUP instead of GRUOP?
    "
  `);
});

test("reserved words", () => {
  expect(explained("CREATE TABLE t (id INT, datetime TIMESTAMP(3))")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 25: expected a column name, WATERMARK or PRIMARY KEY, found the reserved word 'datetime'
      1 | CREATE TABLE t (id INT, datetime TIMESTAMP(3))
        |                         ^^^^^^^^
    hint: as a name it needs back quotes: \`datetime\`
    "
  `);
  expect(explained("SELECT value FROM t")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 8: expected an expression, found the reserved word 'value'
      1 | SELECT value FROM t
        |        ^^^^^
    hint: as a name it needs back quotes: \`value\`
    "
  `);
  expect(explained("SELECT a AS one FROM t")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 13: expected a name for the column, found the reserved word 'one'
      1 | SELECT a AS one FROM t
        |             ^^^
    hint: as a name it needs back quotes: \`one\`
    "
  `);
  expect(explained("SELECT t.user FROM t")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 10: expected a field name, found the reserved word 'user'
      1 | SELECT t.user FROM t
        |          ^^^^
    hint: as a name it needs back quotes: \`user\`
    "
  `);
});

test("types", () => {
  expect(explained("CREATE TABLE t (a TEXT)")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 19: expected a data type, found 'TEXT'
      1 | CREATE TABLE t (a TEXT)
        |                   ^^^^
    hint: did you mean STRING?
    "
  `);
  expect(explained("CREATE TABLE t (a STRNG)")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 19: expected a data type, found 'STRNG'
      1 | CREATE TABLE t (a STRNG)
        |                   ^^^^^
    hint: did you mean STRING?
    "
  `);
  expect(explained("CREATE TABLE t (a RAW('x', 'y'))")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 19: the type RAW holds Java objects, which do not exist here
      1 | CREATE TABLE t (a RAW('x', 'y'))
        |                   ^^^
    hint: use ROW<…> or BYTES
    "
  `);
  expect(explained("CREATE TABLE t (a ARRAY<INT)")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 28: expected '>', found ')'
      1 | CREATE TABLE t (a ARRAY<INT)
        |                            ^
    hint: the angle bracket opened at line 1, column 24 is not closed
    "
  `);
});

test("literals", () => {
  expect(explained("SELECT DATE '2023-02-29'")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 13: '2023-02-29' is not a date
      1 | SELECT DATE '2023-02-29'
        |             ^^^^^^^^^^^^
    hint: the form is '2024-02-29'
    "
  `);
  expect(explained("SELECT TIMESTAMP '2024-01-01'")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 18: '2024-01-01' is not a date and time
      1 | SELECT TIMESTAMP '2024-01-01'
        |                  ^^^^^^^^^^^^
    hint: the form is '2024-02-29 23:59:59.999'
    "
  `);
  expect(explained("SELECT INTERVAL '1:2' DAY TO SECOND")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 17: '1:2' is not an interval of DAY TO SECOND
      1 | SELECT INTERVAL '1:2' DAY TO SECOND
        |                 ^^^^^
    hint: the form is INTERVAL '1 02:02:02' DAY TO SECOND
    "
  `);
  expect(explained("SELECT INTERVAL '5' MILLISECOND")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 21: expected SECOND, MINUTE, HOUR, DAY, MONTH or YEAR, found 'MILLISECOND'
      1 | SELECT INTERVAL '5' MILLISECOND
        |                     ^^^^^^^^^^^
    hint: write it as a fraction of a second: INTERVAL '0.005' SECOND
    "
  `);
  expect(explained("SELECT 'it's' FROM t")).toMatchInlineSnapshot(`
    "
    line 1, column 13: this string is not closed
      1 | SELECT 'it's' FROM t
        |             ^
    hint: end it with '; a quote inside is written twice
    "
  `);
  expect(explained('SELECT "a" FROM t')).toMatchInlineSnapshot(`
    "
    line 1, column 8: double quotes mean nothing in Flink SQL
      1 | SELECT "a" FROM t
        |        ^
    hint: 'text' is a string, \`name\` in back quotes is a name
    "
  `);
  expect(explained("SELECT 2nd FROM t")).toMatchInlineSnapshot(`
    "
    line 1, column 8: '2nd' is neither a number nor a name
      1 | SELECT 2nd FROM t
        |        ^^^
    hint: a name that starts with a digit needs back quotes: \`2nd\`
    "
  `);
});

test("options", () => {
  expect(explained("CREATE TABLE t (a INT) WITH ('a' = 5)")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 36: expected an option value in single quotes, found '5'
      1 | CREATE TABLE t (a INT) WITH ('a' = 5)
        |                                    ^
    hint: put quotes round it: 'a' = '5'
    "
  `);
  expect(explained("CREATE TABLE t (a INT) WITH (connector = 'x')")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 30: expected an option key in single quotes, found 'connector'
      1 | CREATE TABLE t (a INT) WITH (connector = 'x')
        |                              ^^^^^^^^^
    hint: for example 'connector' = 'stream'
    "
  `);
  expect(explained("CREATE TABLE t (a INT) WITH ('a' = 'b',)")).toMatchInlineSnapshot(`
    "
    CREATE TABLE, line 1, column 40: expected an option key in single quotes, found ')'
      1 | CREATE TABLE t (a INT) WITH ('a' = 'b',)
        |                                        ^
    hint: remove the comma before it
    "
  `);
  expect(explained("SELECT 1 FROM t /*+ OPTIONS('a' 'b') */")).toMatchInlineSnapshot(`
    "
    FROM, line 1, column 33: expected '=', found ''b''
      1 | SELECT 1 FROM t /*+ OPTIONS('a' 'b') */
        |                                 ^^^
    "
  `);
});

test("commas and clauses in the wrong place", () => {
  expect(explained("SELECT a, FROM t")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 11: expected an expression, found 'FROM'
      1 | SELECT a, FROM t
        |           ^^^^
    hint: remove the comma before it
    "
  `);
  expect(explained("SELECT a FROM t WHERE")).toMatchInlineSnapshot(`
    "
    WHERE, line 1, column 22: expected an expression, found the end of the text
      1 | SELECT a FROM t WHERE
        |                      ^
    "
  `);
  expect(explained("SELECT a FROM t GROUP BY a WHERE b = 1")).toMatchInlineSnapshot(`
    "
    GROUP BY, line 1, column 28: expected ',', HAVING or ';', found 'WHERE'
      1 | SELECT a FROM t GROUP BY a WHERE b = 1
        |                            ^^^^^
    hint: the order is FROM, WHERE, GROUP BY, HAVING, WINDOW, QUALIFY, ORDER BY, LIMIT
    "
  `);
  expect(explained("SELECT a FROM t LEFT SEMI JOIN u ON TRUE")).toMatchInlineSnapshot(`
    "
    FROM, line 1, column 22: LEFT SEMI JOIN is not Flink SQL
      1 | SELECT a FROM t LEFT SEMI JOIN u ON TRUE
        |                      ^^^^
    hint: write WHERE [NOT] EXISTS (SELECT …) or IN (SELECT …)
    "
  `);
  expect(explained("SELECT a == 1 FROM t")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 10: '==' is no operator
      1 | SELECT a == 1 FROM t
        |          ^^
    hint: write a single =
    "
  `);
  expect(explained("SELECT CASE a WHEN 1 THEN 2 FROM t")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 29: expected WHEN, ELSE or END, found 'FROM'
      1 | SELECT CASE a WHEN 1 THEN 2 FROM t
        |                             ^^^^
    "
  `);
});

test("statements that do not run here", () => {
  expect(explained("UPDATE t SET a = 1")).toMatchInlineSnapshot(`
    "
    line 1, column 1: UPDATE does not run here
      1 | UPDATE t SET a = 1
        | ^^^^^^
    hint: rows of a stream are not updated in place: write an INSERT INTO a table with a primary key
    "
  `);
  expect(explained("CREATE MATERIALIZED TABLE t AS SELECT 1")).toMatchInlineSnapshot(`
    "
    CREATE, line 1, column 8: materialized tables do not run here
      1 | CREATE MATERIALIZED TABLE t AS SELECT 1
        |        ^^^^^^^^^^^^
    hint: use CREATE TABLE and INSERT INTO
    "
  `);
});

test("the place counts code points and tabs, in long lines too", () => {
  expect(explained("SELECT '😀',\tselect")).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 13: expected an expression, found 'select'
      1 | SELECT '😀',	select
        |            	^^^^^^
    hint: a query inside another stands in parentheses
    "
  `);
  expect(explained(`SELECT ${"aaaaaaaaa, ".repeat(30)}value, ${"b, ".repeat(60)}c`)).toMatchInlineSnapshot(`
    "
    SELECT list, line 1, column 338: expected an expression, found the reserved word 'value'
      1 | …aaa, aaaaaaaaa, aaaaaaaaa, aaaaaaaaa, aaaaaaaaa, aaaaaaaaa, value, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b,…
        |                                                              ^^^^^
    hint: as a name it needs back quotes: \`value\`
    "
  `);
});
