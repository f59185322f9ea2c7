/**
 * JavaScript source of a scanner for one schema: goes over a record's bytes once, in any key order, writes wanted values
 * into columns and checks the rest for being JSON. What it does not handle itself (escapes in wanted texts, unusual
 * numbers, collections, anything wrong) it leaves to the slow tier by throwing `SLOW`.
 */
import { hashBytes } from "../../dictionary.ts";
import type { DecodedField } from "../decoder.ts";

/** Wanted names of one JSON object: leaves are field numbers. */
interface PathNode {
  readonly id: number;
  readonly children: Map<string, PathNode | number>;
}

/** Fields per mask of seen ones: a small integer in every engine. */
const maskBits = 30;

export interface ScannerSource {
  readonly text: string;
  /** Masks of seen fields: one number for each 30. */
  readonly masks: number;
}

export type FastKind = "string" | "view" | "boolean" | "double" | "float" | "tinyint" | "smallint" | "integer" | "bigint" | "timestamp" | "slow";

/** How the scanner reads a field. */
export function fastKind(field: DecodedField, standard: "SQL" | "ISO-8601"): FastKind {
  switch (field.type.kind) {
    case "char":
    case "varchar":
      return field.as === "view" ? "view" : "string";
    case "boolean":
    case "double":
    case "float":
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return field.type.kind;
    case "timestamp":
      return field.type.precision === 3 && standard === "SQL" ? "timestamp" : "slow";
    default:
      return "slow";
  }
}

export function scannerSource(fields: readonly DecodedField[], standard: "SQL" | "ISO-8601", allRequired: boolean): ScannerSource | null {
  const nodes: PathNode[] = [];
  if (!buildTree(fields, nodes)) return null;
  const masks = Math.max(1, Math.ceil(fields.length / maskBits));
  const kinds = fields.map((field) => fastKind(field, standard));
  const objects = nodes.map((node) => objectFunction(node, kinds));
  const declarations = fields.map((_, index) => `let v${index}, n${index}, x${index} = false, w${index};`).join("\n");
  const bind = fields.map((_, index) => `v${index} = columns[${index}].values; n${index} = columns[${index}].nulls; x${index} = false; w${index} = columns[${index}].ends;`).join("\n    ");
  const flags = fields.map((_, index) => `columns[${index}].hasNulls = x${index};`).join(" ");
  const text = `
const SLOW = slow;
let b, p, e, r, y0 = 0, y1 = 0, yms = NaN, ${Array.from({ length: masks }, (_, index) => `s${index} = 0`).join(", ")};
const ${fields.map((_, index) => `d${index} = dictionaries[${index}]`).join(", ") || "none = 0"};
${declarations}
${helpers}
${objects.join("\n")}
return {
  bind(columns) {
    ${bind}
  },
  scan(bytes, start, end, row) {
    b = bytes; p = start; e = end; r = row; ${Array.from({ length: masks }, (_, index) => `s${index} = 0;`).join(" ")}
    ws();
    if (b[p] !== 123) throw SLOW;
    o0();
    while (p < e && (b[p] === 32 || b[p] === 10 || b[p] === 13 || b[p] === 9)) p++;
    if (p !== e) throw SLOW;
    ${missing(fields, masks, allRequired)}
  },
  unbind(columns) { ${flags} },
};`;
  return { text, masks };
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

function missing(fields: readonly DecodedField[], masks: number, allRequired: boolean): string {
  const lines: string[] = [];
  for (let mask = 0; mask < masks; mask++) {
    const members = fields.map((_, index) => index).filter((index) => Math.floor(index / maskBits) === mask);
    const all = members.reduce((bits, index) => bits | (1 << index % maskBits), 0);
    const body = members.map((index) => {
      const absent = allRequired || !fields[index].type.nullable ? "throw SLOW;" : `n${index}[r] = 1; x${index} = true;`;
      return `if ((s${mask} & ${1 << index % maskBits}) === 0) { ${absent} }`;
    });
    lines.push(`if (s${mask} !== ${all}) { ${body.join(" ")} }`);
  }
  return lines.join("\n    ");
}

function objectFunction(node: PathNode, kinds: readonly FastKind[]): string {
  const encoder = new TextEncoder();
  const byHash = new Map<number, string[]>();
  for (const [name, target] of node.children) {
    const bytes = encoder.encode(name);
    const hash = hashBytes(bytes, 0, bytes.length);
    const test = [`k1 - k0 === ${bytes.length}`, ...[...bytes].map((byte, index) => `b[k0 + ${index}] === ${byte}`)].join(" && ");
    const action = typeof target === "number" ? fieldText(target, kinds[target]) : `if (b[p] === 123) o${target.id}(); else if (b[p] === 110) word4(110, 117, 108, 108); else throw SLOW;`;
    byHash.set(hash, [...(byHash.get(hash) ?? []), `if (${test}) { ${action} break; }`]);
  }
  const cases = [...byHash].map(([hash, tests]) => `case ${hash}: ${tests.join(" ")} skip(0); break;`).join("\n      ");
  return `
function o${node.id}() {
  p++; ws();
  if (b[p] === 125) { p++; return; }
  for (;;) {
    if (b[p] !== 34) throw SLOW;
    const k0 = ++p;
    let h = ${0x811c9dc5 | 0}, c;
    while ((c = b[p]) !== 34) { if (c === 92 || c < 32 || p >= e) throw SLOW; h = Math.imul(h ^ c, 16777619); p++; }
    const k1 = p++;
    if (b[p] !== 58) { ws(); if (b[p] !== 58) throw SLOW; }
    p++;
    if (b[p] <= 32) ws();
    switch (h ^ (h >>> 15)) {
      ${cases}
      default: skip(0);
    }
    c = b[p];
    if (c !== 44 && c !== 125) { ws(); c = b[p]; }
    if (c === 44) { p++; if (b[p] <= 32) ws(); }
    else if (c === 125) { p++; return; }
    else throw SLOW;
    if (p >= e) throw SLOW;
  }
}`;
}

function fieldText(index: number, kind: FastKind): string {
  const seen = `s${Math.floor(index / maskBits)} |= ${1 << index % maskBits};`;
  const clear = `if (x${index}) n${index}[r] = 0;`;
  // A NULL for a NOT NULL column is the slow tier's to report: it is handed over by leaving the mask unset.
  const isNull = `if (b[p] === 110) { word4(110, 117, 108, 108); ${seen.replace("|=", "&= ~")} }`;
  return `${isNull} else { ${valueText(index, kind)} ${kind === "slow" ? "" : `${seen} ${clear}`} }`;
}

function valueText(index: number, kind: FastKind): string {
  switch (kind) {
    case "string":
      return `if (b[p] !== 34) throw SLOW; const t0 = ++p; let g = ${0x811c9dc5 | 0}, q; while ((q = b[p]) !== 34) { if (q === 92 || q < 32 || p >= e) throw SLOW; g = Math.imul(g ^ q, 16777619); p++; } v${index}[r] = d${index}.internHashed(b, t0, p, g ^ (g >>> 15)); p++;`;
    case "view":
      return `if (b[p] !== 34) throw SLOW; v${index}[r] = ++p; let q; while ((q = b[p]) !== 34) { if (q === 92 || q < 32 || p >= e) throw SLOW; p++; } w${index}[r] = p; p++;`;
    case "boolean":
      return `if (b[p] === 116) { word4(116, 114, 117, 101); v${index}[r] = 1; } else { word5(); v${index}[r] = 0; }`;
    case "double":
      return `v${index}[r] = double();`;
    case "float":
      return `v${index}[r] = Math.fround(double());`;
    case "timestamp":
      return `v${index}[r] = timestamp();`;
    case "bigint":
      return `v${index}[r] = whole(15, 9007199254740991);`;
    case "integer":
      return `v${index}[r] = whole(10, 2147483647);`;
    case "smallint":
      return `v${index}[r] = whole(5, 32767);`;
    case "tinyint":
      return `v${index}[r] = whole(3, 127);`;
    case "slow":
      return "throw SLOW;";
  }
}

/** Parts that do not depend on the schema. They read and move `p`. */
const helpers = `
function ws() { let c; while ((c = b[p]) === 32 || c === 10 || c === 13 || c === 9) p++; }
function word4(a, c, d, f) { if (b[p] !== a || b[p + 1] !== c || b[p + 2] !== d || b[p + 3] !== f) throw SLOW; p += 4; }
function word5() { if (b[p] !== 102 || b[p + 1] !== 97 || b[p + 2] !== 108 || b[p + 3] !== 115 || b[p + 4] !== 101) throw SLOW; p += 5; }
function whole(digitsMax, limit) {
  let c = b[p], negative = false, m = 0;
  if (c === 45) { negative = true; c = b[++p]; }
  const first = p;
  while (c >= 48 && c <= 57) { m = m * 10 + c - 48; c = b[++p]; }
  const digits = p - first;
  if (digits === 0 || digits > digitsMax || (digits > 1 && b[first] === 48) || m > limit || c === 46 || c === 101 || c === 69) throw SLOW;
  return negative ? 0 - m : m;
}
function double() {
  const start = p;
  let c = b[p], negative = false, m = 0, digits = 0, scale = 0;
  if (c === 45) { negative = true; c = b[++p]; }
  const first = p;
  while (c >= 48 && c <= 57) { m = m * 10 + c - 48; digits++; c = b[++p]; }
  if (digits === 0 || (digits > 1 && b[first] === 48)) throw SLOW;
  if (c === 46) {
    c = b[++p];
    const fraction = p;
    while (c >= 48 && c <= 57) { m = m * 10 + c - 48; digits++; c = b[++p]; }
    scale = p - fraction;
    if (scale === 0) throw SLOW;
  }
  if (digits > 15 || c === 101 || c === 69) {
    if (c === 101 || c === 69) {
      c = b[++p];
      if (c === 43 || c === 45) c = b[++p];
      if (!(c >= 48 && c <= 57)) throw SLOW;
      while (c >= 48 && c <= 57) c = b[++p];
    }
    return numberText(b, start, p);
  }
  if (scale > 0) m /= powers[scale];
  return negative ? -m : m;
}
function digit2(at) {
  const tens = b[at] - 48, ones = b[at + 1] - 48;
  if (tens >>> 0 > 9 || ones >>> 0 > 9) throw SLOW;
  return tens * 10 + ones;
}
function timestamp() {
  if (b[p] !== 34) throw SLOW;
  const q = p + 1;
  if (b[q + 4] !== 45 || b[q + 7] !== 45 || b[q + 10] !== 32 || b[q + 13] !== 58 || b[q + 16] !== 58) throw SLOW;
  const a = b[q] | (b[q + 1] << 8) | (b[q + 2] << 16) | (b[q + 3] << 24), c = b[q + 5] | (b[q + 6] << 8) | (b[q + 8] << 16) | (b[q + 9] << 24);
  if (a !== y0 || c !== y1) {
    const ms = dayStart(digit2(q) * 100 + digit2(q + 2), digit2(q + 5), digit2(q + 8));
    if (ms !== ms) throw SLOW;
    y0 = a; y1 = c; yms = ms;
  }
  const hour = digit2(q + 11), minute = digit2(q + 14), second = digit2(q + 17);
  if (hour > 23 || minute > 59 || second > 59) throw SLOW;
  let ms = yms + hour * 3600000 + minute * 60000 + second * 1000;
  p = q + 19;
  if (b[p] === 46) {
    let unit = 100, count = 0, f;
    while ((f = b[++p]) >= 48 && f <= 57) { if (count < 3) { ms += (f - 48) * unit; unit /= 10; } count++; }
    if (count === 0 || count > 9) throw SLOW;
  }
  if (b[p] !== 34) throw SLOW;
  p++;
  return ms;
}
function skipText() {
  p++;
  let c;
  while ((c = b[p]) !== 34) {
    if (c < 32 || p >= e) throw SLOW;
    if (c === 92) { c = b[++p]; if (c === 117) { for (let i = 1; i <= 4; i++) { const x = b[p + i] | 32; if (!((x >= 48 && x <= 57 && b[p + i] >= 48) || (x >= 97 && x <= 102))) throw SLOW; } p += 4; } else if (c !== 34 && c !== 92 && c !== 47 && c !== 98 && c !== 102 && c !== 110 && c !== 114 && c !== 116) throw SLOW; }
    p++;
  }
  p++;
}
function skip(depth) {
  const c = b[p];
  if (c === 34) skipText();
  else if (c === 123 || c === 91) {
    if (depth > 400) throw SLOW;
    const close = c + 2;
    p++; ws();
    if (b[p] === close) { p++; return; }
    for (;;) {
      if (p >= e) throw SLOW;
      if (c === 123) { if (b[p] !== 34) throw SLOW; skipText(); ws(); if (b[p] !== 58) throw SLOW; p++; ws(); }
      skip(depth + 1);
      ws();
      if (b[p] === 44) { p++; ws(); } else if (b[p] === close) { p++; return; } else throw SLOW;
    }
  } else if (c === 116) word4(116, 114, 117, 101);
  else if (c === 102) word5();
  else if (c === 110) word4(110, 117, 108, 108);
  else double();
}`;
