// Goal: rows look as Flink's print connector writes them, and a slow reader of the output holds the sink back.
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { checkDeclaration } from "../../connector/testing/index.ts";
import { batchFromRows, simpleType, stringType } from "../../data/index.ts";
import { printConnector } from "./connector.ts";
import { PrintSink } from "./sink.ts";

const schema = {
  fields: [
    { name: "a", type: stringType() },
    { name: "b", type: simpleType("double") },
  ],
};
const batch = batchFromRows(schema, [
  ["x", 1],
  [null, 0.5],
  ["y", null],
  ["z", 2],
]);

class Output extends EventEmitter {
  text = "";
  accepts = true;
  write(text: string): boolean {
    this.text += text;
    return this.accepts;
  }
}

test("declaration", () => checkDeclaration(printConnector));

test("change kinds and values in Flink's form", () => {
  const output = new Output();
  new PrintSink(undefined, output).write({ ...batch, changes: Int8Array.of(0, 1, 2, 3) });
  expect(output.text).toBe("+I[x, 1.0]\n-U[null, 0.5]\n+U[y, null]\n-D[z, 2.0]\n");
});

test("an identifier stands before each row", () => {
  const output = new Output();
  new PrintSink("late", output).write(batchFromRows(schema, [["x", 1]]));
  expect(output.text).toBe("late> +I[x, 1.0]\n");
});

test("waits for a slow output", async () => {
  const output = new Output();
  output.accepts = false;
  const sink = new PrintSink(undefined, output);
  sink.write(batch);
  expect(sink.full()).toBe(true);
  const drained = sink.drained();
  output.emit("drain");
  await drained;
  expect(sink.full()).toBe(false);
});
