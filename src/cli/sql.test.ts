import { describe, expect, it } from "vitest";
import { splitStatements } from "./sql.ts";

describe("splitStatements", () => {
  it("cuts at semicolons outside of texts, names and comments", () => {
    expect(splitStatements("SELECT ';' AS `a;b`; -- one; two\nSELECT 1 /* ; */ - 2;\n-- nothing;\n").complete).toEqual([
      "SELECT ';' AS `a;b`",
      "-- one; two\nSELECT 1 /* ; */ - 2",
    ]);
  });

  it("keeps what has no semicolon yet", () => {
    expect(splitStatements("SELECT 1; SELECT", false)).toEqual({ complete: ["SELECT 1"], pending: " SELECT" });
  });
});
