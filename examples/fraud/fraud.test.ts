/**
 * The fraud example's parts, all on simulated data. Goal: simulator, feature reference, model file and SQL text agree.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createNodePlatform } from "../../src/core/platform/node.ts";
import { simpleType, type Field } from "../../src/data/index.ts";
import { bindModel, loadModel } from "../../src/inference/index.ts";
import { parseScript } from "../../src/sql/index.ts";
import { runReference } from "../../test/inference/runtime.ts";
import { simulate, simulateRows, withChargebacks } from "./simulator/index.mjs";
import { computeFeatures, featureColumns, featureNames } from "./training/features.mjs";

type Row = ReturnType<typeof simulateRows> extends Generator<infer Each> ? Each : never;
type Event = ReturnType<typeof withChargebacks> extends Generator<infer Each> ? Each : never;

const small = { customers: 60, terminals: 120, days: 45, seed: 5 };
const sql = readFileSync(join(import.meta.dirname, "pipeline.sql"), "utf8");
const modelPath = join(import.meta.dirname, "model/fraud.onnx");
const dayMs = 86_400_000;
let rows: Row[];
let events: Event[];

beforeAll(() => {
  rows = [...simulateRows(small)];
  events = [...withChargebacks(rows)];
});

describe("simulated transactions", () => {
  it("come in the order of time, numbered, with every kind of fraud", () => {
    expect(rows.length).toBeGreaterThan(2000);
    rows.forEach((row, index) => {
      expect(row.transactionId).toBe(index + 1);
      if (index > 0) expect(row.timeMs).toBeGreaterThanOrEqual(rows[index - 1].timeMs);
    });
    expect([...new Set(rows.map((row) => row.scenario))].sort()).toEqual(
      [0, 1, 2, 3, 4].filter((scenario) => scenario !== 1 || rows.some((row) => row.amount > 220)),
    );
  });

  it("repeat for a seed and differ for another, and more days change none before", () => {
    expect([...simulateRows({ ...small, days: 3 })]).toEqual(rows.slice(0, [...simulateRows({ ...small, days: 3 })].length));
    expect([...simulateRows({ ...small, days: 3, seed: 6 })]).not.toEqual(rows.slice(0, 50));
  });

  it("have the published size and shares of fraud", () => {
    const counts = [0, 0, 0, 0, 0];
    for (const row of simulateRows({ days: 40 })) counts[row.scenario]++;
    const total = counts.reduce((sum, count) => sum + count, 0);
    // Published: about 9,600 a day; after the first month frauds 2 are near 50 a day, frauds 3 near 25, our clones near 8.
    expect(total / 40).toBeGreaterThan(9300);
    expect(total / 40).toBeLessThan(9900);
    expect(counts[2]).toBeGreaterThan(800);
    expect(counts[3]).toBeGreaterThan(500);
    expect(counts[4]).toBeGreaterThan(200);
  });

  it("stream as JSON lines; chargebacks seven days later, heartbeats with every batch", async () => {
    const transactions: Record<string, unknown>[] = [];
    const chargebacks: Record<string, unknown>[] = [];
    for await (const batch of simulate({ ...small, batchRows: 100 })) {
      expect(batch.transactions.keys.length).toBe(batch.transactions.lines.length);
      for (const line of batch.transactions.lines) transactions.push(JSON.parse(Buffer.from(line).toString()) as Record<string, unknown>);
      const lines = batch.chargebacks.lines.map((line) => JSON.parse(Buffer.from(line).toString()) as Record<string, unknown>);
      expect(lines.at(-1)).toMatchObject({ terminal_id: null, ts: transactions.at(-1)!.ts });
      chargebacks.push(...lines);
    }
    expect(transactions).toHaveLength(rows.length);
    const times = chargebacks.map((row) => row.ts as string);
    expect(times).toEqual([...times].sort());
    const known = chargebacks.filter((row) => row.terminal_id !== null);
    const lastMs = rows.at(-1)!.timeMs;
    expect(known.map((row) => row.transaction_id)).toEqual(
      rows.filter((row) => row.scenario > 0 && row.timeMs + 7 * dayMs <= lastMs).map((row) => row.transactionId),
    );
    for (const row of known) {
      const transaction = transactions[(row.transaction_id as number) - 1];
      expect(Date.parse(`${row.ts as string}Z`) - Date.parse(`${transaction.ts as string}Z`)).toBe(7 * dayMs);
      expect(row.terminal_id).toBe(transaction.terminal_id);
    }
  });
});

/** Every window counted anew over all rows. */
function bruteForce(row: Row, index: number, all: readonly Row[], known: readonly { timeMs: number; terminalId: string }[]): Record<string, number> {
  const within = <Each extends { timeMs: number }>(list: readonly Each[], ms: number): Each[] =>
    list.filter((each) => each.timeMs <= row.timeMs && each.timeMs >= row.timeMs - ms);
  const card = all.filter((each) => each.cardId === row.cardId);
  const atTerminal = all.filter((each) => each.terminalId === row.terminalId);
  const charged = known.filter((each) => each.terminalId === row.terminalId);
  const recent = within(card, 600_000);
  const result: Record<string, number> = { card_count_10m: recent.length, card_cities_10m: new Set(recent.map((each) => each.city)).size };
  for (const days of [1, 7, 30]) {
    const list = within(card, days * dayMs);
    result[`card_count_${days}d`] = list.length;
    result[`card_amount_${days}d`] = list.reduce((sum, each) => sum + each.amount, 0) / list.length;
    result[`terminal_count_${days}d`] = within(atTerminal, days * dayMs).length;
    result[`terminal_chargebacks_${days}d`] = within(charged, days * dayMs).length;
  }
  const last = all.slice(0, index).findLast((each) => each.cardId === row.cardId);
  result.seconds_since_last = last === undefined ? 604_800 : Math.min(604_800, Math.trunc((row.timeMs - last.timeMs) / 1000));
  return result;
}

function compare(given: readonly Event[]): void {
  const all = given.flatMap((event) => (event.row === null ? [] : [event.row]));
  const known = given.flatMap((event) => (event.chargeback === null ? [] : [event.chargeback]));
  let index = 0;
  for (const { row, features } of computeFeatures(given)) {
    expect(row).toBe(all[index]);
    if (index % 7 === 0 || index < 200) {
      for (const [name, value] of Object.entries(bruteForce(row, index, all, known)))
        expect(features[name as keyof typeof features], `${name} of ${row.transactionId}`).toBeCloseTo(value, 8);
    }
    index++;
  }
  expect(index).toBe(all.length);
}

describe("the feature reference", () => {
  it("equals windows counted anew", () => {
    compare(events.slice(0, 2500));
  });

  it("sees rows of the same time in each other's windows, and a row exactly as old as the window", () => {
    // Whole hours: many rows share their time, and windows end on rows.
    const hourMs = 3_600_000;
    const coarse = events.slice(0, 1200).map((event): Event => {
      if (event.row !== null) return { row: { ...event.row, timeMs: Math.floor(event.row.timeMs / hourMs) * hourMs }, chargeback: null };
      return { row: null, chargeback: { ...event.chargeback, timeMs: Math.floor(event.chargeback.timeMs / hourMs) * hourMs } };
    });
    compare(coarse);
  });
});

describe("the model file", () => {
  it("scores simulated features as onnxruntime does, to 1e-6", async () => {
    const model = await loadModel({ provider: "onnx", path: modelPath, platform: createNodePlatform() });
    expect(model.kind).toBe("trees");
    const inputs: Field[] = featureColumns.map(([name, type]) => ({ name, type: simpleType(type === "DOUBLE" ? "double" : "bigint") }));
    const predictor = bindModel(model, { name: "fraud", inputs, outputs: [{ name: "score", type: simpleType("double") }] });
    const computed = [...computeFeatures(events)];
    const columns = featureNames.map((name) => Float64Array.from(computed, ({ features }) => features[name]));
    const [scores] = (await predictor.predict(computed.length, columns)) as [Float64Array];
    const reference = await runReference(readFileSync(modelPath), columns, computed.length);
    for (let row = 0; row < scores.length; row++) expect(Math.abs(scores[row] - Number(reference.score[row]))).toBeLessThan(1e-6);
    const highest = [...scores.keys()].sort((one, other) => scores[other] - scores[one]).slice(0, 20);
    expect(highest.filter((row) => computed[row].row.scenario > 0).length, "frauds among the twenty highest scores").toBeGreaterThan(14);
  });

  it("is small and has a card that names its data", () => {
    expect(readFileSync(modelPath).length).toBeLessThan(200_000);
    const card = readFileSync(join(import.meta.dirname, "model/card.md"), "utf8");
    expect(card).toMatch(/simulated transactions/);
    expect(Number(/average precision \| ([\d.]+)/.exec(card)![1])).toBeGreaterThan(0.66);
  });
});

describe("pipeline.sql", () => {
  it("declares the model's inputs as the trainer orders them, and passes them so", () => {
    const statements = parseScript(sql);
    const model = statements.find((statement) => statement.kind === "create-model")!;
    const declared = model.input!.map((column) => ("type" in column && "name" in column.type ? [column.name.name, column.type.name] : []));
    expect(declared).toEqual(featureColumns.map(([name, type]) => [name, type]));
    const descriptor = /DESCRIPTOR\(([^)]*)\)/
      .exec(sql)![1]
      .split(",")
      .map((name) => name.trim());
    expect(descriptor).toEqual(featureNames);
    const lake = statements.find((statement) => statement.kind === "create-table" && statement.name.parts.at(-1)!.name === "features_lake")!;
    const columns = "columns" in lake ? JSON.stringify(lake) : "";
    for (const name of featureNames) expect(columns).toContain(`"${name}"`);
  });
});
