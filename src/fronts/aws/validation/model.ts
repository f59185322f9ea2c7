/** The form of the tables made by `scripts/generate-shapes.mjs` from published service models. Types only. */

export interface ServiceModel {
  readonly apiVersion: string;
  /** JSON services: what stands before the dot in X-Amz-Target. */
  readonly targetPrefix: string | null;
  /** Query services: namespace of the XML. */
  readonly xmlNamespace: string | null;
  /** Every operation of the model with the name of its input shape, or null when it takes nothing. */
  readonly operations: Readonly<Record<string, string | null>>;
  /** All shapes that inputs refer to. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Bounds are of the value for numbers, of the length in characters, bytes, members or entries for all else. */
export interface Shape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  /** A regular expression that the whole text has to match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly members?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  /** Shape of a list's members. */
  readonly member?: string;
  /** Shapes of a map's keys and values. */
  readonly key?: string;
  readonly value?: string;
}
