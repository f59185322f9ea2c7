/** A piece of the text: from `start` up to, not including, `end`, in UTF-16 code units from the beginning of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One name as the user meant it: without back quotes, with its own upper and lower case.
 * Column, table and model names are case-sensitive, as in Flink; names of functions are not.
 */
export interface Identifier {
  readonly kind: "identifier";
  readonly name: string;
  /** Whether it stood in back quotes. A quoted name is never a keyword. */
  readonly quoted: boolean;
  readonly span: Span;
}

/** `[[catalog.]database.]object`: one to three parts; more are kept for the binder to refuse. */
export interface ObjectName {
  readonly kind: "object-name";
  readonly parts: readonly Identifier[];
  readonly span: Span;
}

/** `'key' = 'value'` of a WITH clause or a hint. */
export interface OptionPair {
  readonly kind: "option";
  readonly key: string;
  readonly value: string;
  readonly keySpan: Span;
  readonly valueSpan: Span;
  readonly span: Span;
}
