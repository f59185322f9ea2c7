/**
 * JavaScript source of the scanner for one schema: goes over a record's bytes once, in any key order, writes wanted values
 * into columns and checks the rest for being JSON. Keys with escapes or twice in a record, and everything that is wrong,
 * it leaves to the slow tier.
 */
import { hashBytes } from "../../dictionary.ts";
import type { DecodedField } from "../decoder.ts";
import { dayMemory, differs, hashBegin, hashRest, hashWord, scanWords } from "../value-source.ts";
import { jsonSkip, jsonValue, type JsonDialect } from "./value-source.ts";

/** Wanted names of one JSON object: leaves are field numbers. */
interface PathNode {
  readonly id: number;
  readonly children: Map<string, PathNode | number>;
}

/** Bits of one mask of seen names: a small integer in every engine. */
const maskBits = 30;

/**
 * Body of a function that answers `{ bind(columns), scan(b, w, p, e, r) → whether the record was read }`; null when one
 * field's path leads through another field.
 */
export function scannerSource(fields: readonly DecodedField[], dialect: JsonDialect): string | null {
  const nodes: PathNode[] = [];
  if (!buildTree(fields, nodes)) return null;
  const masks = Math.ceil((fields.length + nodes.length) / maskBits);
  const seen = Array.from({ length: masks }, (_, index) => `s${index} = 0`);
  const names = fields.flatMap((_, index) => [`v${index}`, `n${index}`, `e${index}`]);
  return `
let ${seen.join(", ")}, columns;
${names.length > 0 ? `let ${names.join(", ")};` : ""}
${dayMemory}
function ws(b, p) { let c; while ((c = b[p]) === 32 || c === 10 || c === 13 || c === 9) p++; return p; }
${nodes.map((node) => objectFunction(node, fields, dialect)).join("\n")}
return {
  bind(all) { columns = all; ${fields.map((_, index) => `v${index} = all[${index}].values; n${index} = all[${index}].nulls; e${index} = all[${index}].ends;`).join(" ")} },
  scan(b, w, p, e, r) {
    ${seen.join("; ")};
    if (b[p] <= 32) p = ws(b, p);
    if (b[p] !== 123) return false;
    p = o0(b, w, p, e, r);
    if (p !== e && (p < 0 || ws(b, p) < e || p > e)) return false;
    ${missing(fields, dialect.allRequired)}
    return true;
  },
};`;
}

/** False when one path leads through another's leaf. */
function buildTree(fields: readonly DecodedField[], nodes: PathNode[]): boolean {
  const root: PathNode = { id: 0, children: new Map() };
  nodes.push(root);
  for (const [index, field] of fields.entries()) {
    let node = root;
    for (const [depth, name] of field.path.entries()) {
      const found = node.children.get(name);
      if (depth === field.path.length - 1) {
        if (found !== undefined) return false;
        node.children.set(name, index);
      } else if (found === undefined) {
        const child: PathNode = { id: nodes.length, children: new Map() };
        nodes.push(child);
        node.children.set(name, child);
        node = child;
      } else if (typeof found === "number") return false;
      else node = found;
    }
  }
  return true;
}

function missing(fields: readonly DecodedField[], allRequired: boolean): string {
  const lines: string[] = [];
  for (let mask = 0; mask * maskBits < fields.length; mask++) {
    const members = fields.map((_, index) => index).filter((index) => Math.floor(index / maskBits) === mask);
    const all = members.reduce((bits, index) => bits | (1 << (index % maskBits)), 0);
    const body = members.map((index) => {
      const absent = allRequired || !fields[index].type.nullable ? "return false;" : `n${index}[r] = 1; columns[${index}].hasNulls = true;`;
      return `if ((s${mask} & ${1 << (index % maskBits)}) === 0) { ${absent} }`;
    });
    lines.push(`if ((s${mask} & ${all}) !== ${all}) { ${body.join(" ")} }`);
  }
  return lines.join("\n    ");
}

/** Notes that a name was met; the second time is for the slow tier, where the last one wins. */
function once(bit: number): string {
  const mask = `s${Math.floor(bit / maskBits)}`;
  return `if ((${mask} & ${1 << (bit % maskBits)}) !== 0) return -1; ${mask} |= ${1 << (bit % maskBits)};`;
}

function objectFunction(node: PathNode, fields: readonly DecodedField[], dialect: JsonDialect): string {
  const encoder = new TextEncoder();
  const byHash = new Map<number, string[]>();
  for (const [name, target] of node.children) {
    const bytes = encoder.encode(name);
    const hash = hashBytes(bytes, 0, bytes.length);
    const test = [`p - k0 === ${bytes.length}`, ...(bytes.length === 0 ? [] : [`!(${differs(bytes, "k0")})`])].join(" && ");
    const action = typeof target === "number" ? fieldText(target, fields[target], dialect) : objectText(target.id, fields.length);
    byHash.set(hash, [...(byHash.get(hash) ?? []), `if (${test}) { ${colon} ${action} break; }`]);
  }
  const cases = [...byHash].map(([hash, tests]) => `case ${hash}: ${tests.join(" ")} ${colon} ${jsonSkip("other", fail)} break;`).join("\n      ");
  return `
function o${node.id}(b, w, p, e, r) {
  p++; if (b[p] <= 32) p = ws(b, p);
  if (b[p] === 125) return p + 1;
  for (;;) {
    if (b[p] !== 34) return -1;
    const k0 = ++p;
    ${hashBegin}
    { ${scanWords([34, 92], 32, hashWord, fail)} if (b[p] !== 34) return -1; ${hashRest} }
    switch (h) {
      ${cases}
      default: ${colon} ${jsonSkip("text", fail)}
    }
    let c = b[p];
    if (c <= 32) { p = ws(b, p); c = b[p]; }
    if (p >= e) return -1;
    p++;
    if (c === 125) return p;
    if (c !== 44) return -1;
    if (b[p] <= 32) p = ws(b, p);
  }
}`;
}

const fail = "return -1;";
const colon = "p++; if (b[p] <= 32) p = ws(b, p); if (b[p] !== 58) return -1; p++; if (b[p] <= 32) p = ws(b, p);";
const isNull = "if (w.getInt32(p, true) !== 1819047278) return -1; p += 4;";

function objectText(id: number, fieldCount: number): string {
  return `${once(fieldCount + id)} if (b[p] === 123) { p = o${id}(b, w, p, e, r); if (p < 0) return -1; } else { ${isNull} }`;
}

function fieldText(index: number, field: DecodedField, dialect: JsonDialect): string {
  const nullText = field.type.nullable ? `${isNull} n${index}[r] = 1; columns[${index}].hasNulls = true;` : fail;
  return `${once(index)} if (b[p] === 110) { ${nullText} } else ${jsonValue(index, field, dialect, fail)}`;
}
