import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  columnFromScalars,
  decimalType,
  readScalar,
  simpleType,
  stringColumn,
  StringDictionary,
  stringType,
  timestampType,
  type DataType,
} from "../../data/index.ts";
import type { State } from "../operator.ts";
import { ColumnLog } from "./column-log.ts";
import { KeyIndex } from "./key-index.ts";
import { RecordStore } from "./record-store.ts";
import { float64Ring, int32Ring } from "./ring-columns.ts";
import { changesOf, restoreStates, snapshotStates } from "./snapshot.ts";
import { ValueCell } from "./value-cell.ts";

/** Snapshots and changes as a job takes them, and a restored twin at any time. */
class Checkpoints<S extends State> {
  #snapshot: Uint8Array | null = null;
  #deltas: Uint8Array[] = [];
  take(state: S, full: boolean): void {
    if (full || this.#snapshot === null) {
      this.#snapshot = snapshotStates([state]);
      this.#deltas = [];
    } else this.#deltas.push(changesOf([state]));
  }
  restore(into: S): S {
    if (this.#snapshot !== null) restoreStates([into], this.#snapshot, this.#deltas);
    return into;
  }
}

const steps = fc.array(
  fc.record({
    act: fc.constantFrom("write", "write", "write", "changes", "snapshot", "crash"),
    id: fc.integer({ min: 0, max: 300_000 }),
    count: fc.integer({ min: 0, max: 700 }),
    value: fc.double(),
  }),
  { maxLength: 40 },
);

describe("RecordStore", () => {
  it("equals a plain model after any writes, snapshots, changes and restores", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (actions, words) => {
        let store = new RecordStore("records", words);
        let model = new Map<string, number>();
        let saved = new Map<string, number>();
        const checkpoints = new Checkpoints<RecordStore>();
        for (const { act, id, count, value } of actions) {
          if (act === "write") {
            store.ensure(id + count + 1);
            store.touchAll(
              Int32Array.from({ length: count }, (_, index) => id + index),
              count,
            );
            const offset = 1 + (count % words);
            for (let index = 0; index < count; index++) {
              store.segments[(id + index) >>> 16]![((id + index) & 0xffff) * store.stride + offset] = value;
              model.set(`${id + index}/${offset}`, value);
            }
            store.setWord(id, 1, count);
            model.set(`${id}/1`, count);
          } else if (act === "crash") {
            store = checkpoints.restore(new RecordStore("records", words));
            model = new Map(saved);
          } else {
            checkpoints.take(store, act === "snapshot");
            saved = new Map(model);
          }
        }
        for (const [key, value] of model) {
          const [id, offset] = key.split("/").map(Number);
          expect(Object.is(store.word(id!, offset!), value) || (Number.isNaN(value) && Number.isNaN(store.word(id!, offset!)))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("writes only what was touched", () => {
    const store = new RecordStore("records", 3);
    store.ensure(50_000);
    snapshotStates([store]);
    store.setWord(7, 1, 1);
    store.setWord(7, 2, 2);
    store.setWord(49_999, 3, 3);
    expect(changesOf([store]).length).toBeLessThan(300);
    expect(changesOf([store]).length).toBeLessThan(200);
  });
});

describe("ColumnLog", () => {
  it("equals a plain model after any appends, trims, snapshots, changes and restores", () => {
    fc.assert(
      fc.property(steps, (actions) => {
        const make = () => {
          const ring = float64Ring();
          const pairs = int32Ring(2);
          return { ring, pairs, log: new ColumnLog("log", [ring, pairs]) };
        };
        let own = make();
        let model: number[] = [];
        let tail = 0;
        let saved: { model: number[]; tail: number } = { model: [], tail: 0 };
        const checkpoints = new Checkpoints<ColumnLog>();
        for (const { act, id, count, value } of actions) {
          if (act === "write") {
            own.log.reserve(count);
            const head = own.log.head;
            own.ring.put(new Float64Array(count).fill(value), head, count);
            own.pairs.put(
              Int32Array.from({ length: count * 2 }, (_, index) => id + index),
              head,
              count,
            );
            own.log.advance(count);
            for (let index = 0; index < count; index++) model.push(value);
            tail = Math.min(model.length, tail + (id % 1000));
            own.log.trim(tail);
          } else if (act === "crash") {
            const fresh = make();
            checkpoints.restore(fresh.log);
            own = fresh;
            model = [...saved.model];
            tail = saved.tail;
          } else {
            checkpoints.take(own.log, act === "snapshot");
            saved = { model: [...model], tail };
          }
          expect(own.log.head).toBe(model.length);
          expect(own.log.tail).toBe(tail);
        }
        const held = new Float64Array(model.length - tail);
        own.ring.take(held, tail, model.length);
        expect(held).toEqual(Float64Array.from(model.slice(tail)));
      }),
      { numRuns: 200 },
    );
  });
});

describe("ValueCell", () => {
  it("comes back bit for bit", () => {
    const cell = new ValueCell("cell", ["a", "b", "c"]);
    cell.values.set([-Infinity, -0, Number.NaN]);
    const snapshot = snapshotStates([cell]);
    cell.values[1] = 5;
    const twin = new ValueCell("cell", ["a", "b", "c"]);
    restoreStates([twin], snapshot, [changesOf([cell])]);
    expect([...twin.values]).toEqual([-Infinity, 5, Number.NaN]);
  });
});

const typed: readonly { type: DataType; values: fc.Arbitrary<unknown> }[] = [
  { type: stringType(), values: fc.oneof(fc.constantFrom("", "a", "ü", "\u00ff"), fc.string()) },
  { type: simpleType("integer"), values: fc.integer() },
  { type: simpleType("bigint"), values: fc.oneof(fc.bigInt(-3n, 3n), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n)) },
  { type: simpleType("double"), values: fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN)) },
  { type: simpleType("boolean"), values: fc.boolean() },
  { type: decimalType(30, 2), values: fc.bigInt(-100n, 100n) },
  { type: timestampType(6), values: fc.bigInt(-5n, 5n) },
  { type: { kind: "varbinary", length: 10, nullable: true }, values: fc.uint8Array({ maxLength: 3 }) },
];

describe("KeyIndex", () => {
  it("gives equal keys equal ids, dense from 0, keeps them over restores and gives the keys back", () => {
    const keyShape = fc.uniqueArray(fc.constantFrom(...typed.keys()), { maxLength: 3 });
    fc.assert(
      fc.property(
        keyShape.chain((shape) =>
          fc.tuple(
            fc.constant(shape),
            fc.array(
              fc.record({
                act: fc.constantFrom("write", "write", "changes", "snapshot", "crash"),
                rows: fc.array(fc.tuple(...shape.map((at) => fc.option(typed[at]!.values, { freq: 4 }))), { minLength: 1, maxLength: 12 }),
                isInterned: fc.boolean(),
              }),
              { maxLength: 12 },
            ),
          ),
        ),
        ([shape, actions]) => {
          const types = shape.map((at) => typed[at]!.type);
          const dictionary = new StringDictionary();
          let index = new KeyIndex("keys", types);
          let model = new Map<string, { id: number; key: readonly unknown[] }>();
          let saved = new Map(model);
          const checkpoints = new Checkpoints<KeyIndex>();
          for (const { act, rows, isInterned } of actions) {
            if (act === "write") {
              const columns = types.map((type, part) => {
                const values = rows.map((row) => row[part]);
                return type.kind === "varchar" && isInterned ? stringColumn(values as (string | null)[], dictionary) : columnFromScalars(type, values);
              });
              const ids = new Int32Array(rows.length);
              index.assign(columns, rows.length, ids);
              rows.forEach((row, at) => {
                const text = textOf(row);
                const known = model.get(text) ?? { id: ids[at]!, key: row };
                model.set(text, known);
                expect(ids[at]).toBe(known.id);
              });
              if (shape.length > 0) expect([...model.values()].map((key) => key.id).sort((left, right) => left - right)).toEqual([...Array(model.size).keys()]);
            } else if (act === "crash") {
              index = checkpoints.restore(new KeyIndex("keys", types));
              model = new Map(saved);
            } else {
              checkpoints.take(index, act === "snapshot");
              saved = new Map(model);
            }
          }
          if (shape.length > 0) expect(index.size).toBe(model.size);
          const keys = [...model.values()];
          const columns = index.columns(
            Int32Array.from(keys, (key) => key.id),
            keys.length,
          );
          keys.forEach(({ key, id }, row) => {
            expect(textOf(columns.map((column, part) => readScalar(column, types[part]!, row)))).toBe(textOf(key));
            const group = index.group(id);
            expect(group >= 0 && group < 128).toBe(true);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("puts a key into the same group whatever its id", () => {
    const types = [stringType(), simpleType("bigint")];
    const groupOf = (rows: readonly unknown[][]): number => {
      const index = new KeyIndex("keys", types);
      const ids = new Int32Array(rows.length);
      index.assign(
        types.map((type, part) =>
          columnFromScalars(
            type,
            rows.map((row) => row[part]),
          ),
        ),
        rows.length,
        ids,
      );
      return index.group(ids[rows.length - 1]!);
    };
    expect(
      groupOf([
        ["x", 1n],
        ["y", 2n],
        ["card", 77n],
      ]),
    ).toBe(groupOf([["card", 77n]]));
  });
});

function textOf(row: readonly unknown[]): string {
  return JSON.stringify(
    row.map((value) =>
      typeof value === "bigint"
        ? `${value}n`
        : Object.is(value, -0)
          ? "-0"
          : typeof value === "number"
            ? String(value)
            : value instanceof Uint8Array
              ? [...value]
              : value,
    ),
  );
}
