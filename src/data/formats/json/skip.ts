/** Passes over one JSON value (RFC 8259), checking it. */
const depthMax = 400;

/** Position behind the value that starts at `at`, or −1 when there is none that ends by `end`. */
export function skipValue(bytes: Uint8Array, at: number, end: number): number {
  const behind = value(bytes, at, end, 0);
  return behind > end ? -1 : behind;
}

function value(bytes: Uint8Array, at: number, end: number, depth: number): number {
  if (at >= end) return -1;
  switch (bytes[at]) {
    case 34:
      return text(bytes, at, end);
    case 123:
    case 91:
      return depth > depthMax ? -1 : collection(bytes, at, end, depth);
    case 116:
      return word(bytes, at, trueBytes);
    case 102:
      return word(bytes, at, falseBytes);
    case 110:
      return word(bytes, at, nullBytes);
    default:
      return number(bytes, at);
  }
}

const trueBytes = Uint8Array.from([116, 114, 117, 101]);
const falseBytes = Uint8Array.from([102, 97, 108, 115, 101]);
const nullBytes = Uint8Array.from([110, 117, 108, 108]);

function word(bytes: Uint8Array, at: number, expected: Uint8Array): number {
  for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return -1;
  return at + expected.length;
}

function number(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 45 ? start + 1 : start;
  const first = at;
  while (bytes[at] >= 48 && bytes[at] <= 57) at++;
  if (at === first || (bytes[first] === 48 && at - first > 1)) return -1;
  if (bytes[at] === 46) {
    const point = at++;
    while (bytes[at] >= 48 && bytes[at] <= 57) at++;
    if (at === point + 1) return -1;
  }
  if (bytes[at] !== 101 && bytes[at] !== 69) return at;
  at++;
  if (bytes[at] === 43 || bytes[at] === 45) at++;
  const exponent = at;
  while (bytes[at] >= 48 && bytes[at] <= 57) at++;
  return at === exponent ? -1 : at;
}

/** Behind the closing quote of the text that starts at `start`. */
function text(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  for (; at < end; at++) {
    const code = bytes[at];
    if (code > 92) continue;
    if (code === 34) return at + 1;
    if (code < 32) return -1;
    if (code === 92) {
      at = escape(bytes, at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** The last character of the escape whose backslash stands before `at`. */
function escape(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 34:
    case 92:
    case 47:
    case 98:
    case 102:
    case 110:
    case 114:
    case 116:
      return at;
    case 117:
      for (let index = at + 1; index <= at + 4; index++) {
        const code = bytes[index];
        const letter = code | 32;
        if (!((code >= 48 && code <= 57) || (letter >= 97 && letter <= 102))) return -1;
      }
      return at + 4;
    default:
      return -1;
  }
}

function space(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === 32 || bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 9) at++;
  return at;
}

function collection(bytes: Uint8Array, start: number, end: number, depth: number): number {
  const close = bytes[start] + 2;
  let at = space(bytes, start + 1);
  if (bytes[at] === close) return at + 1;
  for (;;) {
    if (close === 125) {
      if (bytes[at] !== 34) return -1;
      at = text(bytes, at, end);
      if (at < 0) return -1;
      at = space(bytes, at);
      if (bytes[at] !== 58) return -1;
      at = space(bytes, at + 1);
    }
    at = value(bytes, at, end, depth + 1);
    if (at < 0) return -1;
    at = space(bytes, at);
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== 44 || at >= end) return -1;
    at = space(bytes, at + 1);
  }
}
